using System.Globalization;
using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>What both generations call an instance's values.</summary>
internal static class InstanceParameters
{
    public static IEnumerable<(string Name, string? Value)> Identity(RegisteredInstance instance) =>
    [
        ("ip", instance.Instance.Ip),
        ("port", instance.Instance.Port.ToString(CultureInfo.InvariantCulture)),
        ("clusterName", instance.Instance.ClusterName),
        ("namespaceId", instance.Service.Namespace),
        ("ephemeral", Text(instance.Instance.Ephemeral)),
    ];

    public static IEnumerable<(string Name, string? Value)> Content(RegisteredInstance instance) =>
    [
        ("weight", instance.Instance.Weight.ToString("R", CultureInfo.InvariantCulture)),
        ("enabled", Text(instance.Instance.Enabled)),
        ("healthy", Text(instance.Instance.Healthy)),
        ("metadata", JsonSerializer.Serialize(instance.Instance.Metadata ?? [], NacosJsonContext.Relaxed.DictionaryStringString)),
    ];

    private static string Text(bool value) => value ? "true" : "false";
}
