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
