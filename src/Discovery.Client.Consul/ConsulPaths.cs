using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>The requests' paths and queries.</summary>
internal static class ConsulPaths
{
    public static string Register(string? ns) => Query("/v1/agent/service/register", ("replace-existing-checks", "true"), ("ns", ns));

    public static string Deregister(string id, string? ns) => Query("/v1/agent/service/deregister/" + Uri.EscapeDataString(id), ("ns", ns));

    public static string Registered(string id, string? ns) => Query("/v1/agent/service/" + Uri.EscapeDataString(id), ("ns", ns));

    public static string Heartbeat(string verb, string id, string? ns)
        => Query($"/v1/agent/check/{verb}/{Uri.EscapeDataString(RegistrationWriter.CheckId(id))}", ("ns", ns));

    public static string Health(ServiceQuery query, ConsulOptions options, bool consistent, ulong index, TimeSpan wait)
        => Query(
            "/v1/health/service/" + Segment(query.Name),
            ("dc", query.Datacenter ?? options.Datacenter),
            ("ns", query.Namespace),
            ("near", options.Streaming || consistent ? null : "_agent"),
            ("consistent", consistent ? "" : null),
            ("index", Index(index)),
            ("wait", index > 0 ? Wait(wait) : null));

    public static string Services(ConsulOptions options, ulong index, TimeSpan wait)
        => Query("/v1/catalog/services", ("dc", options.Datacenter), ("index", Index(index)), ("wait", index > 0 ? Wait(wait) : null));

    /// <summary>Answers 403 to a token that may not read the service, whether or not there is one.</summary>
    public static string MayRead(ServiceQuery query) => Query("/v1/agent/health/service/name/" + Segment(query.Name), ("ns", query.Namespace));

    public static string Nodes(ServiceQuery query, ConsulOptions options) => Query("/v1/catalog/nodes", ("dc", query.Datacenter ?? options.Datacenter));

    public const string TokenSelf = "/v1/acl/token/self";

    private static string Segment(string name) => Uri.EscapeDataString(WireName.Encode(name));

    private static string? Index(ulong index) => index > 0 ? index.ToString(CultureInfo.InvariantCulture) : null;

    private static string Wait(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)wait.TotalMilliseconds)}ms");

    private static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var result = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                result.Append(separator).Append(name);
                result = value.Length > 0 ? result.Append('=').Append(Uri.EscapeDataString(value)) : result;
                separator = '&';
            }
        }

        return result.ToString();
    }
}
