using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>An instance that was read, and what decides among several records of it.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Number">The number of its registration; 0: it is another program's.</param>
internal readonly record struct ReadInstance(ServiceInstance Instance, long Number);

/// <summary>Makes an instance of a record. Pure.</summary>
internal static class InstanceReader
{
    /// <exception cref="FormatException">The record has no usable address, or is ours and damaged.</exception>
    /// <exception cref="ArgumentException">Its id is none that we allow.</exception>
    /// <exception cref="JsonException">It is ours and damaged.</exception>
    public static ReadInstance Read(NacosInstance record, string serviceName)
    {
        if (string.IsNullOrEmpty(record.Ip) || record.Port is < 1 or > 65535)
        {
            throw new FormatException("The record has no usable address or port.");
        }

        var meta = record.Metadata ?? [];
        var host = record.Ip.Length > 2 && record.Ip[0] == '[' && record.Ip[^1] == ']' ? record.Ip[1..^1] : record.Ip;
        var fields = meta.GetValueOrDefault(MetaNames.Mark)?.Split(' ') ?? [];
        var isOwn = fields.Length >= 2;
        var instance = new ServiceInstance
        {
            ServiceName = serviceName,
            InstanceId = (isOwn ? meta.GetValueOrDefault(MetaNames.Id) : null) ?? InstanceWriter.DefaultId(host, record.Port, string.IsNullOrEmpty(record.ClusterName) ? "DEFAULT" : record.ClusterName),
            Host = host,
            Port = record.Port,
            Weight = double.IsFinite(record.Weight) ? Math.Max(record.Weight, 0) : 1,
            Status = !record.Enabled ? ServiceStatus.OutOfService : record.Healthy ? ServiceStatus.Up : ServiceStatus.Down,
        };
        return isOwn ? new(ReadOwn(instance, meta, fields), Base36.Parse(fields[1])) : new(ReadForeign(instance, meta), 0);
    }

    private static ServiceInstance ReadOwn(ServiceInstance instance, Dictionary<string, string> meta, string[] fields)
    {
        string? Field(string name) => Array.IndexOf(fields, name, 2) >= 0 ? meta.GetValueOrDefault(name) : null;

        var status = StatusText.Parse(meta.GetValueOrDefault(MetaNames.Status));
        return instance with
        {
            Scheme = Field(MetaNames.Secure) switch { "true" => "https", "false" => "http", _ => meta.GetValueOrDefault(MetaNames.Scheme) },
            PathPrefix = meta.GetValueOrDefault(MetaNames.Path),
            Version = Field(MetaNames.Version),
            Zone = Field(MetaNames.Zone),
            Weight = Weight(instance.Weight, StatusText.TakesTraffic(status), meta),
            Endpoints = Endpoints(meta),
            Status = instance.Status == ServiceStatus.Up ? status : instance.Status,
            Metadata = meta.Where(pair => IsUsers(pair.Key, fields))
                .ToImmutableSortedDictionary(pair => pair.Key.StartsWith(MetaNames.User, StringComparison.Ordinal) ? pair.Key[MetaNames.User.Length..] : pair.Key, pair => pair.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>What a person set in the console is another number than the one written with the exact weight, and holds.</summary>
    private static double Weight(double listed, bool takesTraffic, Dictionary<string, string> meta)
        => !listed.Equals(takesTraffic ? InstanceWriter.MaxWeight : 0) ? listed
            : !meta.TryGetValue(MetaNames.Weight, out var text) ? takesTraffic ? listed : 1
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && exact >= 0 && double.IsFinite(exact) ? exact
            : throw new FormatException("The weight is no number.");

    private static bool IsUsers(string key, string[] fields)
        => Array.IndexOf(fields, key, 2) < 0 && (!key.StartsWith(MetaNames.Mark, StringComparison.Ordinal) || key.StartsWith(MetaNames.User, StringComparison.Ordinal));

    /// <summary>Spring's and Kratos's conventions. Nothing is taken out of the metadata.</summary>
    private static ServiceInstance ReadForeign(ServiceInstance instance, Dictionary<string, string> meta) => instance with
    {
        Scheme = meta.GetValueOrDefault(MetaNames.Secure) switch { "true" => "https", "false" => "http", _ => meta.GetValueOrDefault(MetaNames.Kind) },
        Version = meta.GetValueOrDefault(MetaNames.Version),
        Zone = meta.GetValueOrDefault(MetaNames.Zone),
        Metadata = meta.Where(pair => pair.Value is not null).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    private static ImmutableSortedDictionary<string, ServiceEndpoint> Endpoints(Dictionary<string, string> meta)
        => (meta.TryGetValue(MetaNames.Endpoints, out var json) ? JsonSerializer.Deserialize(json, NacosJsonContext.Relaxed.DictionaryStringEndpointBody) : null)
            ?.ToImmutableSortedDictionary(pair => pair.Key, pair => ToEndpoint(pair.Value), StringComparer.Ordinal)
            ?? ImmutableSortedDictionary<string, ServiceEndpoint>.Empty.WithComparers(StringComparer.Ordinal);

    private static ServiceEndpoint ToEndpoint(EndpointBody? body)
        => body is { Host.Length: > 0, Port: > 0 and <= 65535 } ? new(body.Host, body.Port, body.Scheme, body.Path) : throw new FormatException("An endpoint has no usable address.");
}
