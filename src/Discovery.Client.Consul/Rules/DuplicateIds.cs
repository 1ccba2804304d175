namespace Discovery.Client.Consul;

/// <summary>An instance and where Consul holds it.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Node">The node that has it.</param>
/// <param name="Created">The index it was created at.</param>
internal readonly record struct DecodedInstance(ServiceInstance Instance, string Node, ulong Created);

/// <summary>
/// One id on several nodes: two records of one address are one instance that registered with another agent (the better status counts);
/// records of different addresses are different instances, of which the oldest keeps the id and the others get <c>@node</c> after it.
/// </summary>
internal static class DuplicateIds
{
    public static IReadOnlyList<ServiceInstance> Resolve(IReadOnlyList<DecodedInstance> decoded)
    {
        var ids = new HashSet<string>(decoded.Count, StringComparer.Ordinal);
        if (decoded.All(item => ids.Add(item.Instance.InstanceId)))
        {
            return [.. decoded.Select(item => item.Instance)];
        }

        return [.. decoded.GroupBy(item => item.Instance.InstanceId, StringComparer.Ordinal).SelectMany(Separate)];
    }

    private static IEnumerable<ServiceInstance> Separate(IEnumerable<DecodedInstance> sameId)
        => sameId
            .GroupBy(item => (item.Instance.Host, item.Instance.Port))
            .Select(sameAddress => (best: sameAddress.OrderBy(item => item.Instance.Status).ThenByDescending(item => item.Created).First(), since: sameAddress.Min(item => item.Created)))
            .OrderBy(item => item.since).ThenBy(item => item.best.Node, StringComparer.Ordinal)
            .Select((item, i) => i == 0 ? item.best.Instance : item.best.Instance with { InstanceId = Suffixed(item.best) });

    private static string Suffixed(DecodedInstance item)
    {
        var suffix = "@" + item.Node;
        var id = item.Instance.InstanceId;
        return id.Length + suffix.Length <= ServiceName.MaxLength ? id + suffix : id[..Math.Max(1, ServiceName.MaxLength - suffix.Length)] + suffix;
    }
}
