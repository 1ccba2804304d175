using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>A request that says nothing beyond its type.</summary>
internal sealed record EmptyRequest;

/// <summary>The first message on the stream: who is there.</summary>
internal sealed record ConnectionSetupRequest
{
    public string? ClientVersion { get; init; }

    public string? Tenant { get; init; }

    /// <summary>Without <c>source=sdk</c> everything succeeds but registering.</summary>
    public Dictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal) { ["source"] = "sdk", ["module"] = "naming" };

    /// <summary>What the client can do beyond the ordinary. Null to servers that do not negotiate it; else they answer with their own.</summary>
    public Dictionary<string, bool>? AbilityTable { get; init; }
}

/// <summary>Registers or takes out; of an instance that is taken out only the service counts.</summary>
internal sealed record InstanceRequest
{
    public string? Namespace { get; init; }

    public string? ServiceName { get; init; }

    public string? GroupName { get; init; }

    public string? Type { get; init; }

    public NacosInstance? Instance { get; init; }

    /// <summary>In a batch: all that this connection has for the service.</summary>
    public IReadOnlyCollection<NacosInstance>? Instances { get; init; }
}

internal sealed record SubscribeServiceRequest
{
    public string? Namespace { get; init; }

    public string? ServiceName { get; init; }

    public string? GroupName { get; init; }

    public string Clusters { get; init; } = "";

    public bool Subscribe { get; init; }
}

internal sealed record ServiceQueryRequest
{
    public string? Namespace { get; init; }

    public string? ServiceName { get; init; }

    public string? GroupName { get; init; }

    public string Cluster { get; init; } = "";

    public bool HealthyOnly { get; init; }

    public int UdpPort { get; init; }
}

internal sealed record ServiceListRequest
{
    public string? Namespace { get; init; }

    public string? GroupName { get; init; }

    public string ServiceName { get; init; } = "";

    public int PageNo { get; init; }

    public int PageSize { get; init; }
}

/// <summary>What every answer has.</summary>
internal record NacosResponse
{
    public int ResultCode { get; init; }

    public int ErrorCode { get; init; }

    public string? Message { get; init; }
}

internal sealed record ServerCheckResponse : NacosResponse
{
    public string? ConnectionId { get; init; }

    public bool SupportAbilityNegotiation { get; init; }
}

internal sealed record ServiceInfoResponse : NacosResponse
{
    public NacosServiceInfo? ServiceInfo { get; init; }

    /// <summary>The list. An answer without one says nothing, least of all that there are no instances.</summary>
    /// <exception cref="RegistryException">It has none.</exception>
    public NacosServiceInfo List(ServiceKey service)
        => ServiceInfo is { Hosts: not null } list ? list : throw new RegistryException($"Reading {service}: Nacos answered without a list of instances.");
}

internal sealed record ServiceListResponse : NacosResponse
{
    public int Count { get; init; }

    public IReadOnlyList<string>? ServiceNames { get; init; }
}

/// <summary>What the server asks on the stream.</summary>
internal sealed record ServerRequest
{
    public string? RequestId { get; init; }

    public NacosServiceInfo? ServiceInfo { get; init; }

    /// <summary>Where a client that is to go elsewhere should go, if the server cares.</summary>
    public string? ServerIp { get; init; }

    /// <summary>A text, or a number.</summary>
    public JsonElement ServerPort { get; init; }
}

/// <summary>The answer to it.</summary>
internal sealed record ServerRequestAnswer
{
    public int ResultCode { get; init; } = 200;

    public int ErrorCode { get; init; }

    public string? RequestId { get; init; }

    public bool Success { get; init; } = true;
}
