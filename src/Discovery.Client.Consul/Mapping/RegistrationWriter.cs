using System.Globalization;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>Writes a registration as Consul takes it. Pure.</summary>
internal static class RegistrationWriter
{
    private const int MaxWeight = 65535;

    /// <exception cref="RegistryException">Consul cannot hold it. Not transient.</exception>
    public static RegistrationBody Write(ServiceRegistration registration, IEnumerable<string> tags, TimeSpan deregisterAfter)
    {
        var instance = registration.Instance;
        var id = WireId.Encode(instance.ServiceName, instance.InstanceId);
        var checks = new List<RegistrationBody.CheckBody>
        {
            new()
            {
                Id = CheckId(id),
                Name = "Heartbeat",
                TimeToLive = Duration(registration.TimeToLive),
                Status = StatusRule.CheckStatus(instance.Status),
                DeregisterCriticalServiceAfter = Duration(deregisterAfter),
            },
        };
        if (StatusRule.NeedsMaintenance(instance.Status))
        {
            // Consul has no maintenance in a registration, but takes a check of that name; the next registration without it takes it away again.
            checks.Add(new() { Id = StatusRule.MaintenanceCheck(id), Name = "Service Maintenance Mode", TimeToLive = "87600h", Status = "critical" });
        }

        var passing = (int)Math.Clamp(Math.Round(instance.Weight), 1, MaxWeight);
        return new()
        {
            Id = id,
            Name = WireName.Encode(instance.ServiceName),
            Address = instance.Host,
            Port = instance.Port,
            Tags = [.. tags, .. instance.Version is { } version ? [VersionTag(version)] : Array.Empty<string>()],
            Meta = Meta(instance, passing),
            Weights = new() { Passing = passing, Warning = passing },
            TaggedAddresses = TaggedAddresses(instance),
            Checks = checks,
        };
    }

    public static string CheckId(string id) => "service:" + id;

    /// <summary>The tag Kratos keeps the version in.</summary>
    public static string VersionTag(string version) => "version=" + version;

    private static Dictionary<string, string> Meta(ServiceInstance instance, int passing)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        var fields = new List<string> { "1" };
        void Field(string name, string? value)
        {
            if (value is not null)
            {
                own.Add(name, value);
                fields.Add(name);
            }
        }

        Field(MetaNames.Version, instance.Version);
        Field(MetaNames.Zone, instance.Zone);
        Field(MetaNames.Secure, instance.Scheme switch { "https" => "true", "http" => "false", _ => null });
        own.Add(MetaNames.Prefix, string.Join(' ', fields));
        if (instance.Scheme is not null and not "http" and not "https")
        {
            own.Add(MetaNames.Scheme, instance.Scheme);
        }

        if (instance.PathPrefix is not null)
        {
            own.Add(MetaNames.Path, instance.PathPrefix);
        }

        if (instance.Status == ServiceStatus.Starting)
        {
            own.Add(MetaNames.Status, "starting");
        }

        if (!instance.Weight.Equals(passing))
        {
            own.Add(MetaNames.Weight, instance.Weight.ToString("R", CultureInfo.InvariantCulture));
        }

        if (!instance.Endpoints.IsEmpty)
        {
            var endpoints = instance.Endpoints.ToDictionary(
                pair => pair.Key, pair => new EndpointBody { Host = pair.Value.Host, Port = pair.Value.Port, Scheme = pair.Value.Scheme, Path = pair.Value.PathPrefix });
            own.Add(MetaNames.Endpoints, JsonSerializer.Serialize(endpoints, ConsulJsonContext.Relaxed.DictionaryStringEndpointBody));
        }

        var user = instance.Metadata.ToDictionary(
            pair => MetaKey.Encode(pair.Key, own.ContainsKey(pair.Key) || pair.Key.StartsWith(MetaNames.Prefix, StringComparison.Ordinal)), pair => pair.Value, StringComparer.Ordinal);
        return MetaPacker.Pack(own, user);
    }

    /// <summary>What Kratos reads: each address as a URL under its scheme. An instance that says no scheme has none, Kratos takes it for http then.</summary>
    private static Dictionary<string, TaggedAddress>? TaggedAddresses(ServiceInstance instance)
    {
        var result = new Dictionary<string, TaggedAddress>(StringComparer.Ordinal);
        foreach (var (host, port, scheme) in instance.Endpoints.Values.Select(endpoint => (endpoint.Host, endpoint.Port, endpoint.Scheme)).Prepend((instance.Host, instance.Port, instance.Scheme)))
        {
            if (scheme is not null)
            {
                var literal = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
                result.TryAdd(scheme, new() { Address = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{literal}:{port}"), Port = port });
            }
        }

        return result.Count > 0 ? result : null;
    }

    private static string Duration(TimeSpan value) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)value.TotalMilliseconds)}ms");
}
