namespace Discovery.Client.Etcd;

/// <summary>How endpoints stand in messages.</summary>
internal static class EndpointText
{
    /// <summary>With the port, said or not: who forgot 2379 sees 80.</summary>
    public static string Shown(this Uri endpoint) => $"{endpoint.Scheme}://{endpoint.Host}:{endpoint.Port}";
}
