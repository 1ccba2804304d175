using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>What a list says.</summary>
/// <param name="Instances">One for each identity.</param>
/// <param name="Rejected">How many records could not be read.</param>
/// <param name="IsProtected">The server shows all as healthy because too few are.</param>
internal readonly record struct ReadList(IReadOnlyCollection<ServiceInstance> Instances, int Rejected, bool IsProtected);

/// <summary>Reads whole lists. Pure.</summary>
internal static class ListReader
{
    /// <param name="info">The list.</param>
    /// <param name="serviceName">The name that the instances are to have.</param>
    /// <param name="clusters">Only instances of these; none: of all.</param>
    public static ReadList Read(NacosServiceInfo info, string serviceName, ICollection<string> clusters)
    {
        var rejected = info.Hosts?.Rejected ?? 0;
        var best = new Dictionary<string, ReadInstance>(StringComparer.Ordinal);
        foreach (var host in info.Hosts?.Items ?? [])
        {
            if (clusters.Count > 0 && !clusters.Contains(string.IsNullOrEmpty(host.ClusterName) ? "DEFAULT" : host.ClusterName))
            {
                continue;
            }

            try
            {
                var read = InstanceReader.Read(host, serviceName);
                best[read.Instance.InstanceId] = best.TryGetValue(read.Instance.InstanceId, out var other) ? DuplicateRule.Choose(other, read) : read;
            }
            catch (Exception error) when (error is FormatException or ArgumentException or JsonException)
            {
                rejected++;
            }
        }

        // Healthy is then what the server says of the dead too.
        var isProtected = info.ReachProtectionThreshold == true;
        return new([.. best.Values.Select(read => isProtected && read.Instance.Status == ServiceStatus.Up ? read.Instance with { Status = ServiceStatus.Warning } : read.Instance)], rejected, isProtected);
    }
}
