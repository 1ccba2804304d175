using System.Text.Json.Serialization;

namespace Discovery.Client.Consul;

/// <summary>One record of <c>/v1/health/service/…</c>: the fields that are used, all of which may be missing.</summary>
internal sealed class HealthEntry
{
    public NodePart? Node { get; set; }

    public ServicePart? Service { get; set; }

    public CheckPart[]? Checks { get; set; }

    internal sealed class NodePart
    {
        public string? Node { get; set; }

        public string? Address { get; set; }

        public ulong ModifyIndex { get; set; }
    }

    internal sealed class ServicePart
    {
        [JsonPropertyName("ID")]
        public string? Id { get; set; }

        public string? Service { get; set; }

        public string[]? Tags { get; set; }

        public string? Address { get; set; }

        public int Port { get; set; }

        public Dictionary<string, string>? Meta { get; set; }

        public Dictionary<string, TaggedAddress>? TaggedAddresses { get; set; }

        public WeightsPart? Weights { get; set; }

        public ulong CreateIndex { get; set; }

        public ulong ModifyIndex { get; set; }
    }

    internal sealed class CheckPart
    {
        [JsonPropertyName("CheckID")]
        public string? Id { get; set; }

        public string? Status { get; set; }

        public ulong ModifyIndex { get; set; }
    }
}

internal sealed class TaggedAddress
{
    public string? Address { get; set; }

    public int Port { get; set; }
}

internal sealed class WeightsPart
{
    public int Passing { get; set; }

    public int Warning { get; set; }
}
