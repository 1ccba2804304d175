namespace Discovery.Client.Configuration;

/// <summary>Which registry lists a service is decided once: its watch runs there already.</summary>
internal static class BackendsAreFixed
{
    /// <summary>Takes a changed choice of backend back.</summary>
    /// <returns>The paths of what was taken back.</returns>
    public static IReadOnlyList<string> Keep(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
    {
        List<string> refused = [];
        if (!Same(next.Backend, current.Backend))
        {
            refused.Add($"{path}:Backend");
            next.Backend = current.Backend;
        }

        foreach (var (name, was) in current.Services)
        {
            var isNow = next.Services.TryGetValue(name, out var service) ? service.Backend : null;
            if (!Same(isNow ?? next.Backend, was.Backend ?? current.Backend))
            {
                refused.Add($"{path}:Services:{name}:Backend");
                (service ?? (next.Services[name] = new ServiceOptions())).Backend = was.Backend ?? current.Backend;
            }
        }

        return refused;
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
