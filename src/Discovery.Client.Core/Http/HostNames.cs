namespace Discovery.Client.Http;

/// <summary>Finds the service that a host means. <see cref="Uri"/> lower-cases hosts, names in a registry need not be in lower case.</summary>
internal static class HostNames
{
    /// <summary>A key under <c>Discovery:Services</c> first, else the one declared registry name that differs only in case, else the host itself.</summary>
    /// <param name="host">The host, in lower case.</param>
    /// <param name="declared">What is declared.</param>
    /// <param name="isDeclared">Whether it was found among that.</param>
    /// <exception cref="DiscoveryConfigurationException">Several declared services have that registry name.</exception>
    public static string ToService(string host, IDictionary<string, ServiceOptions> declared, out bool isDeclared)
    {
        if (declared.Keys.FirstOrDefault(key => string.Equals(key, host, StringComparison.OrdinalIgnoreCase)) is { } alias)
        {
            isDeclared = true;
            return alias;
        }

        var matches = declared.Where(service => string.Equals(service.Value.Name, host, StringComparison.OrdinalIgnoreCase)).Select(service => service.Key).ToArray();
        isDeclared = matches.Length > 0;
        return matches.Length switch
        {
            0 => host,
            1 => matches[0],
            _ => throw new DiscoveryConfigurationException(
                [$"Discovery:Services: host '{host}' can mean {string.Join(" and ", matches.Select(key => $"'{key}' (registry name '{declared[key].Name}')"))}; use these names in the URI"]),
        };
    }
}
