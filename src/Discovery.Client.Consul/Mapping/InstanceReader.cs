using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>Makes an instance of a record. Pure.</summary>
internal static class InstanceReader
{
    /// <exception cref="FormatException">The record has no usable address or id.</exception>
    /// <exception cref="ArgumentException">Its id is none that we allow.</exception>
    /// <exception cref="JsonException">Its metadata is ours and damaged.</exception>
    public static ServiceInstance Read(HealthEntry entry, string serviceName)
    {
        var service = entry.Service ?? throw new FormatException("The record has no service.");
        var host = service.Address is { Length: > 0 } address ? address : entry.Node?.Address;
        if (string.IsNullOrEmpty(host) || service.Port is < 1 or > 65535 || string.IsNullOrEmpty(service.Id))
        {
            throw new FormatException("The record has no usable id, address or port.");
        }

        // The mark alone is not enough: somebody may copy metadata. The id alone is not either: Kitex writes ids of the same shape.
        var meta = service.Meta ?? [];
        var own = meta.TryGetValue(MetaNames.Prefix, out var mark) ? WireId.Decode(serviceName, service.Id) : null;
        var instance = new ServiceInstance { ServiceName = serviceName, InstanceId = own ?? service.Id, Host = Unbracket(host), Port = service.Port };
        return own is not null
            ? ReadOwn(instance, entry, service, MetaPacker.Unpack(meta), mark!.Split(' '))
            : ForeignInstance.Read(instance, service, meta) with { Status = Status(entry, starting: false) };
    }

    private static ServiceInstance ReadOwn(ServiceInstance instance, HealthEntry entry, HealthEntry.ServicePart service, Dictionary<string, string> meta, string[] fields)
    {
        string? Field(string name) => fields.Contains(name) ? meta.GetValueOrDefault(name) : null;

        var version = Field(MetaNames.Version);
        var metadata = meta
            .Where(pair => !pair.Key.StartsWith(MetaNames.Prefix, StringComparison.Ordinal) && !fields.Contains(pair.Key))
            .ToImmutableSortedDictionary(pair => MetaKey.Decode(pair.Key), pair => pair.Value, StringComparer.Ordinal);
        var tags = (service.Tags ?? []).Where(tag => version is null || tag != RegistrationWriter.VersionTag(version)).ToArray();
        return instance with
        {
            Scheme = Field(MetaNames.Secure) switch { "true" => "https", "false" => "http", _ => meta.GetValueOrDefault(MetaNames.Scheme) },
            PathPrefix = meta.GetValueOrDefault(MetaNames.Path),
            Version = version,
            Zone = Field(MetaNames.Zone),
            Weight = meta.TryGetValue(MetaNames.Weight, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && weight >= 0 && double.IsFinite(weight)
                ? weight
                : service.Weights?.Passing ?? 1,
            Endpoints = Endpoints(meta),
            Status = Status(entry, meta.GetValueOrDefault(MetaNames.Status) == "starting"),
            Metadata = tags.Length > 0 && !metadata.ContainsKey(MetaNames.Tags) ? metadata.Add(MetaNames.Tags, string.Join(',', tags)) : metadata,
        };
    }

    private static ImmutableSortedDictionary<string, ServiceEndpoint> Endpoints(Dictionary<string, string> meta)
        => (meta.TryGetValue(MetaNames.Endpoints, out var json) ? JsonSerializer.Deserialize(json, ConsulJsonContext.Default.DictionaryStringEndpointBody) : null)
            ?.ToImmutableSortedDictionary(
                pair => pair.Key, pair => new ServiceEndpoint(pair.Value.Host, pair.Value.Port, pair.Value.Scheme, pair.Value.Path), StringComparer.Ordinal)
            ?? ImmutableSortedDictionary<string, ServiceEndpoint>.Empty.WithComparers(StringComparer.Ordinal);

    private static ServiceStatus Status(HealthEntry entry, bool starting)
        => StatusRule.Combine((entry.Checks ?? []).Select(check => (check.Id, check.Status)), starting);

    private static string Unbracket(string host) => host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
}
