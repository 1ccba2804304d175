namespace Discovery.Client.Nacos;

/// <summary>
/// Which of two records of one instance counts. There are two for up to three minutes after a client went to another server, since its old server's death does not take its
/// instances away, and where an instance is registered over both transports. The order of a list says nothing: it differs from answer to answer.
/// </summary>
internal static class DuplicateRule
{
    public static ReadInstance Choose(ReadInstance left, ReadInstance right) => Compare(left, right) >= 0 ? left : right;

    private static int Compare(ReadInstance left, ReadInstance right)
    {
        var byNumber = left.Number.CompareTo(right.Number);
        var byHealth = (left.Instance.Status == ServiceStatus.Up).CompareTo(right.Instance.Status == ServiceStatus.Up);
        return byNumber != 0 ? byNumber : byHealth != 0 ? byHealth : string.CompareOrdinal(Text(left.Instance), Text(right.Instance));
    }

    private static string Text(ServiceInstance instance)
        => $"{instance} {instance.Weight:R} {string.Join('\n', instance.Metadata.Select(pair => $"{pair.Key}={pair.Value}"))}";
}
