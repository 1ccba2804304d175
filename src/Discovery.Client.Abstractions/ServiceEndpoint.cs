namespace Discovery.Client;

/// <summary>An address of an instance beside its main one: another port, scheme or host. Compared by value.</summary>
/// <param name="Host">A host name or an IP address; IPv6 without brackets.</param>
/// <param name="Port">The port, 1 to 65535.</param>
/// <param name="Scheme">The scheme spoken there (<c>http</c>, <c>https</c>, <c>grpc</c>, …); null: not said.</param>
/// <param name="PathPrefix">A path that goes before every request's path, with leading and without trailing slash; null: none.</param>
public sealed record ServiceEndpoint(string Host, int Port, string? Scheme = null, string? PathPrefix = null);
