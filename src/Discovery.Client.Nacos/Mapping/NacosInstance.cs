using System.Text.Json.Serialization;

namespace Discovery.Client.Nacos;

/// <summary>One instance as it travels, over every transport. What is missing has Nacos's default.</summary>
internal sealed record NacosInstance
{
    public string? Ip { get; init; }

    public int Port { get; init; }

    /// <summary>2.3 lists a weight that is not a number as a text.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Weight { get; init; } = 1;

    public bool Healthy { get; init; } = true;

    public bool Enabled { get; init; } = true;

    public bool Ephemeral { get; init; } = true;

    public string? ClusterName { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }
}

/// <summary>The list of a service as it travels.</summary>
internal sealed record NacosServiceInfo
{
    /// <summary>The service; over HTTP v1 with its group before it.</summary>
    public string? Name { get; init; }

    public string? GroupName { get; init; }

    public NacosHosts? Hosts { get; init; }

    /// <summary>How long the server wants the list to be taken for current.</summary>
    public long? CacheMillis { get; init; }

    /// <summary>The server counts all instances as healthy because too few are.</summary>
    public bool? ReachProtectionThreshold { get; init; }

    /// <summary>Whether this very registration is listed: what a node that died has left behind has the same address for minutes.</summary>
    public Listed Find(NacosInstance instance)
    {
        var found = Listed.No;
        foreach (var host in Hosts?.Items ?? [])
        {
            if (host.Ip == instance.Ip && host.Port == instance.Port)
            {
                if (host.Metadata?.GetValueOrDefault(MetaNames.Mark) == instance.Metadata?.GetValueOrDefault(MetaNames.Mark))
                {
                    return Listed.Yes;
                }

                found = Listed.Another;
            }
        }

        return found;
    }
}

/// <summary>What a list has of a registration; the worst is the first.</summary>
internal enum Listed
{
    /// <summary>Nothing with its address.</summary>
    No,

    /// <summary>Another record with its address: an older registration, or this one with metadata that somebody has set in the console.</summary>
    Another,

    /// <summary>It.</summary>
    Yes,
}

/// <summary>The instances of a list.</summary>
/// <param name="Items">Those that could be read.</param>
/// <param name="Rejected">How many could not.</param>
[JsonConverter(typeof(NacosHostsConverter))]
internal sealed record NacosHosts(IReadOnlyList<NacosInstance> Items, int Rejected);
