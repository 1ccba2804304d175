using System.Collections.Immutable;

namespace Discovery.Client.Registration;

/// <summary>What a reloaded configuration changes about an instance. Pure.</summary>
internal static class RegistrationChange
{
    /// <summary>Only what the configuration changed: what the program set meanwhile, its status for one, stays.</summary>
    /// <param name="current">What is wished now.</param>
    /// <param name="was">What was configured.</param>
    /// <param name="now">What is configured now.</param>
    public static ServiceInstance Apply(ServiceInstance current, ServiceInstance was, ServiceInstance now)
    {
        var address = (was.Host, was.Port, was.Scheme, was.PathPrefix) == (now.Host, now.Port, now.Scheme, now.PathPrefix) ? current : now;
        return current with
        {
            Host = address.Host,
            Port = address.Port,
            Scheme = address.Scheme,
            PathPrefix = address.PathPrefix,
            Weight = was.Weight.Equals(now.Weight) ? current.Weight : now.Weight,
            Zone = was.Zone == now.Zone ? current.Zone : now.Zone,
            Version = was.Version == now.Version ? current.Version : now.Version,
            Status = was.Status == now.Status ? current.Status : now.Status,
            Endpoints = Apply(current.Endpoints, was.Endpoints, now.Endpoints),
            Metadata = Apply(current.Metadata, was.Metadata, now.Metadata),
        };
    }

    private static ImmutableSortedDictionary<string, T> Apply<T>(ImmutableSortedDictionary<string, T> current, ImmutableSortedDictionary<string, T> was, ImmutableSortedDictionary<string, T> now)
        where T : class
        => current.RemoveRange(was.Keys.Except(now.Keys, StringComparer.Ordinal)).SetItems(now.Where(item => !Equals(was.GetValueOrDefault(item.Key), item.Value)));
}
