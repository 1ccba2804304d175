using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>What stands in the value of a key. Members that a later version adds are ignored; a document that an older reader must not read gets another <see cref="Format"/>.</summary>
internal sealed record InstanceDocument
{
    public int Format { get; init; } = InstanceCodec.Format;

    public string? Host { get; init; }

    public int Port { get; init; }

    public string? Scheme { get; init; }

    public string? PathPrefix { get; init; }

    public double? Weight { get; init; }

    public string? Zone { get; init; }

    public string? Version { get; init; }

    public ServiceStatus? Status { get; init; }

    public Dictionary<string, ServiceEndpoint>? Endpoints { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceDocument))]
internal sealed partial class EtcdJsonContext : JsonSerializerContext;

/// <summary>Instance to value and back. Pure. Who is meant stands in the key.</summary>
internal static class InstanceCodec
{
    public const int Format = 1;

    public static ByteString Encode(ServiceInstance instance) => UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(
        new InstanceDocument
        {
            Host = instance.Host,
            Port = instance.Port,
            Scheme = instance.Scheme,
            PathPrefix = instance.PathPrefix,
            Weight = instance.Weight.Equals(1.0) ? null : instance.Weight,
            Zone = instance.Zone,
            Version = instance.Version,
            Status = instance.Status == ServiceStatus.Up ? null : instance.Status,
            Endpoints = instance.Endpoints.IsEmpty ? null : new(instance.Endpoints),
            Metadata = instance.Metadata.IsEmpty ? null : new(instance.Metadata),
        },
        EtcdJsonContext.Default.InstanceDocument));

    /// <returns>Null: it cannot be read.</returns>
    public static ServiceInstance? Decode(string service, string id, ReadOnlySpan<byte> value)
    {
        try
        {
            return JsonSerializer.Deserialize(value, EtcdJsonContext.Default.InstanceDocument) is { Format: Format, Host.Length: > 0, Port: > 0 and <= 65535 } document
                && (document.Weight is not { } weight || (double.IsFinite(weight) && weight >= 0))
                && document.Endpoints?.Values.All(endpoint => endpoint is { Host.Length: > 0, Port: > 0 and <= 65535 }) != false
                && document.Metadata?.ContainsValue(null!) != true
                ? ToInstance(service, id, document)
                : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ServiceInstance ToInstance(string service, string id, InstanceDocument document)
    {
        var instance = new ServiceInstance
        {
            ServiceName = service,
            InstanceId = id,
            Host = document.Host!,
            Port = document.Port,
            Scheme = document.Scheme,
            PathPrefix = document.PathPrefix,
            Weight = document.Weight ?? 1,
            Zone = document.Zone,
            Version = document.Version,
            Status = document.Status ?? ServiceStatus.Up,
        };
        return document is { Endpoints: null, Metadata: null } ? instance : instance with
        {
            Endpoints = document.Endpoints is { } endpoints ? endpoints.ToImmutableSortedDictionary(StringComparer.Ordinal) : instance.Endpoints,
            Metadata = document.Metadata is { } metadata ? metadata.ToImmutableSortedDictionary(StringComparer.Ordinal) : instance.Metadata,
        };
    }
}
