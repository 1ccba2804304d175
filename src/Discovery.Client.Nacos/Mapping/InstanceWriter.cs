using System.Globalization;
using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>Writes a registration as Nacos holds it. Pure.</summary>
internal static class InstanceWriter
{
    public const int Format = 1;

    /// <summary>The most that Nacos takes.</summary>
    public const double MaxWeight = 10_000;

    /// <param name="registration">The wish.</param>
    /// <param name="cluster">The cluster it is in.</param>
    /// <param name="ephemeral">Whether it goes with its process.</param>
    /// <param name="beats">Whether it proves its life by beats; the server then has to know how often.</param>
    /// <param name="number">The number of the registration: greater than every one before it.</param>
    public static NacosInstance Write(ServiceRegistration registration, string cluster, bool ephemeral, bool beats, long number)
    {
        var instance = registration.Instance;
        var fields = new List<string> { Format.ToString(CultureInfo.InvariantCulture), Base36.Format(number) };
        var meta = new Dictionary<string, string>(StringComparer.Ordinal);
        void Put(string name, string? value, bool isShared = false)
        {
            if (value is not null)
            {
                meta.Add(name, value);
                fields.AddRange(isShared ? [name] : []);
            }
        }

        // Weight 0 keeps others from sending requests to what is not ready; enabled=false would hide it from everybody, this library included.
        var takesTraffic = StatusText.TakesTraffic(instance.Status);
        var weight = takesTraffic ? Math.Min(instance.Weight, MaxWeight) : 0;
        Put(MetaNames.Id, instance.InstanceId == DefaultId(instance.Host, instance.Port, cluster) ? null : instance.InstanceId);
        Put(MetaNames.Status, StatusText.Format(instance.Status));
        Put(MetaNames.Weight, weight.Equals(instance.Weight) || (!takesTraffic && instance.Weight.Equals(1.0)) ? null : instance.Weight.ToString("R", CultureInfo.InvariantCulture));
        Put(MetaNames.Secure, instance.Scheme switch { "https" => "true", "http" => "false", _ => null }, isShared: true);
        Put(MetaNames.Scheme, instance.Scheme is "https" or "http" ? null : instance.Scheme);
        Put(MetaNames.Path, instance.PathPrefix);
        Put(MetaNames.Version, instance.Version, isShared: true);
        Put(MetaNames.Zone, instance.Zone, isShared: true);
        Put(MetaNames.Endpoints, instance.Endpoints.IsEmpty ? null : Endpoints(instance));
        foreach (var (name, time) in beats ? BeatPace.Times(registration.TimeToLive, registration.Instance.Metadata) : [])
        {
            Put(name, Math.Max(1, (long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), isShared: true);
        }

        foreach (var (key, value) in instance.Metadata)
        {
            var taken = meta.ContainsKey(key) || key.StartsWith(MetaNames.Mark, StringComparison.Ordinal);
            meta.Add(taken ? MetaNames.User + key : key, value);
        }

        meta.Add(MetaNames.Mark, string.Join(' ', fields));
        return new()
        {
            Ip = instance.Host,
            Port = instance.Port,
            Weight = weight,
            Healthy = instance.Status != ServiceStatus.Down,
            Ephemeral = ephemeral,
            ClusterName = cluster,
            Metadata = meta,
        };
    }

    /// <summary>The id of an instance that has none of its own.</summary>
    public static string DefaultId(string host, int port, string cluster) => string.Create(CultureInfo.InvariantCulture, $"{host}#{port}#{cluster}");

    private static string Endpoints(ServiceInstance instance) => JsonSerializer.Serialize(
        instance.Endpoints.ToDictionary(pair => pair.Key, pair => new EndpointBody { Host = pair.Value.Host, Port = pair.Value.Port, Scheme = pair.Value.Scheme, Path = pair.Value.PathPrefix }),
        NacosJsonContext.Relaxed.DictionaryStringEndpointBody);
}
