using System.Text.Json.Serialization;

namespace Discovery.Client.Consul;

/// <summary>The body of <c>/v1/agent/service/register</c>. Only fields that Consul 1.8 knows: an older agent refuses the rest.</summary>
internal sealed class RegistrationBody
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required Dictionary<string, string> Meta { get; init; }

    public required WeightsPart Weights { get; init; }

    public Dictionary<string, TaggedAddress>? TaggedAddresses { get; init; }

    public required IReadOnlyList<CheckBody> Checks { get; init; }

    internal sealed class CheckBody
    {
        [JsonPropertyName("CheckID")]
        public required string Id { get; init; }

        public required string Name { get; init; }

        [JsonPropertyName("TTL")]
        public required string TimeToLive { get; init; }

        public required string Status { get; init; }

        public string? DeregisterCriticalServiceAfter { get; init; }
    }
}

/// <summary>A named endpoint inside a metadata value.</summary>
internal sealed class EndpointBody
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public string? Scheme { get; init; }

    public string? Path { get; init; }
}
