namespace Discovery.Client.Nacos;

/// <summary>How a set of instances is made known.</summary>
internal enum PublishKind
{
    /// <summary>Taking out whatever the connection has for the service.</summary>
    Deregister,

    /// <summary>One instance, as every version and every other server that speaks the protocol knows it.</summary>
    Single,

    /// <summary>The whole set.</summary>
    Batch,
}

/// <summary>One request's worth of a set.</summary>
/// <param name="Held">What the server took last.</param>
/// <param name="Perhaps">What it may have beside or instead, since it has not said.</param>
/// <param name="Wish">All that it is to have.</param>
/// <param name="WasBatch">Whether several were ever taken at once.</param>
/// <param name="IsSure">Whether the server has all that it holds and nothing else, since the last request succeeded.</param>
internal sealed record PublishStep(IReadOnlyCollection<NacosInstance> Held, IReadOnlyCollection<NacosInstance> Perhaps, IReadOnlyCollection<NacosInstance> Wish, bool WasBatch, bool IsSure = true)
{
    /// <summary>All that the server may have; addresses may stand in it twice.</summary>
    public IEnumerable<NacosInstance> Before => Held.Concat(Perhaps);
}

/// <summary>A connection has one place for each service: what is sent last replaces all that was there. A batch of none would leave an empty place.</summary>
internal static class PublishRule
{
    /// <param name="count">How many there are now.</param>
    /// <param name="wasBatch">Whether the place has ever held a batch.</param>
    public static PublishKind Choose(int count, bool wasBatch) => count switch
    {
        0 => PublishKind.Deregister,
        1 when !wasBatch => PublishKind.Single,
        _ => PublishKind.Batch,
    };

    /// <summary>Nacos names connections by time, address and port; r-nacos, which keeps each instance by its address and replaces no set, by its own number and the address.</summary>
    public static bool KeepsByAddress(string connectionId) => connectionId.Split('_') is [_, var address] && address.Contains(':', StringComparison.Ordinal);

    /// <summary>
    /// What is taken out and put in, one by one, where instances are kept by their addresses. One that stands there keeps its weight if the new one is 1: it is taken out before.
    /// The first metadata that an address is registered with stands before all later ones of it, even after it was taken out: so one that is not there is first put in without any.
    /// </summary>
    public static IReadOnlyList<(PublishKind Kind, NacosInstance Instance)> ByAddress(PublishStep step)
    {
        var added = step.Wish.Except(step.IsSure ? step.Before : []).ToArray();
        var wished = step.Wish.Select(Address).ToHashSet();
        var before = step.Before.ToLookup(Address);

        // What was taken, is sent again and alone may stand there is put there if it is not, and else changes nothing.
        var same = added.Where(instance => step.Held.Contains(instance) && before[Address(instance)].All(instance.Equals)).Select(Address).ToHashSet();
        var replaced = added.Where(instance => instance.Weight.Equals(1.0)).Select(Address).Except(same).ToHashSet();
        var gone = step.Before.Where(instance => !wished.Contains(Address(instance)) || replaced.Contains(Address(instance))).DistinctBy(Address);
        var there = step.IsSure ? step.Before.Select(Address).Except(replaced).ToHashSet() : same;
        return
        [
            .. gone.Select(instance => (PublishKind.Deregister, instance)),
            .. added.SelectMany(instance => there.Contains(Address(instance)) ? [instance] : new[] { instance with { Metadata = null }, instance }).Select(instance => (PublishKind.Single, instance)),
        ];
    }

    private static (string?, int) Address(NacosInstance instance) => (instance.Ip, instance.Port);

    /// <summary>The set after the changes, in their order; null takes one out.</summary>
    public static Dictionary<string, NacosInstance> Apply(IReadOnlyDictionary<string, NacosInstance> held, IEnumerable<(string Id, NacosInstance? Instance)> changes)
    {
        var result = new Dictionary<string, NacosInstance>(held, StringComparer.Ordinal);
        foreach (var (id, instance) in changes)
        {
            if (instance is null)
            {
                result.Remove(id);
            }
            else
            {
                result[id] = instance;
            }
        }

        return result;
    }
}
