using System.Collections.Immutable;

namespace Discovery.Client.Consul.Tests;

/// <summary>Instances that are hard to keep.</summary>
internal static class HostileInstances
{
    public static ServiceInstance Full(string service) => new()
    {
        ServiceName = service,
        InstanceId = "Ünstable/ID:7 ~%",
        Host = "2001:db8::7",
        Port = 8443,
        Scheme = "https",
        PathPrefix = "/api/v1",
        Weight = 2.5,
        Zone = "eu-west/1a",
        Version = "1.4+build",
        Status = ServiceStatus.Starting,
        Endpoints = ImmutableSortedDictionary<string, ServiceEndpoint>.Empty.WithComparers(StringComparer.Ordinal)
            .Add("admin", new("10.0.0.9", 9090, "http", "/admin")).Add("näme", new("::1", 1)),
        Metadata = Metadata,
    };

    public static ImmutableSortedDictionary<string, string> Metadata { get; } = new Dictionary<string, string>
    {
        ["plain"] = "value",
        ["a.b/c d"] = "ключ \u0001 \"quoted\" \\ {}",
        ["_x41_"] = "looks escaped",
        ["_x"] = "begins like an escape",
        ["under_score"] = "",
        ["consul-reserved"] = "1",
        ["discovery-client"] = "not ours",
        ["discovery-client-more-0"] = "not ours either",
        ["secure"] = "user's own",
        ["version"] = "user's own",
        ["zone"] = "user's own",
        ["tags"] = "user's own",
        [""] = "empty key",
        ["emoji-🚀"] = "🚀",
        ["half-\ud83d"] = "lone surrogate in the key",
        [new string('k', 200)] = "long key",
        ["long"] = string.Concat(Enumerable.Repeat("ä🚀x", 400)),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
