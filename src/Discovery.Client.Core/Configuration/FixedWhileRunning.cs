using Discovery.Client.Registration;

namespace Discovery.Client.Configuration;

/// <summary>What is decided once: which registry lists a service, since its watch runs there already, and what a registration is called and where it stands.</summary>
internal static class FixedWhileRunning
{
    private static readonly (string Key, Func<RegistrationOptions, object?> Get, Action<RegistrationOptions, RegistrationOptions> Keep)[] OfRegistration =
    [
        ("ServiceName", options => options.ServiceName, (next, was) => next.ServiceName = was.ServiceName),
        ("InstanceId", options => options.InstanceId, (next, was) => next.InstanceId = was.InstanceId),
        ("TimeToLive", options => options.TimeToLive, (next, was) => next.TimeToLive = was.TimeToLive),
        ("Namespace", options => options.Namespace, (next, was) => next.Namespace = was.Namespace),
        ("Group", options => options.Group, (next, was) => next.Group = was.Group),
    ];

    /// <summary>Takes such changes back.</summary>
    /// <returns>The paths of what was taken back.</returns>
    public static (IReadOnlyList<string> Backends, IReadOnlyList<string> Registrations) Keep(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
        => ([.. KeepBackend(next, current, path), .. KeepOfServices(next, current, path), .. KeepOfRegistrations(next, current, path)], [.. KeepRegistrations(next, current, path)]);

    private static IEnumerable<string> KeepBackend(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
    {
        if (!Same(next.Backend, current.Backend))
        {
            next.Backend = current.Backend;
            yield return $"{path}:Backend";
        }
    }

    private static IEnumerable<string> KeepOfServices(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
    {
        foreach (var (name, was) in current.Services)
        {
            var isNow = next.Services.TryGetValue(name, out var service) ? service.Backend : null;
            if (!Same(isNow ?? next.Backend, was.Backend ?? current.Backend))
            {
                (service ?? (next.Services[name] = new ServiceOptions())).Backend = was.Backend ?? current.Backend;
                yield return $"{path}:Services:{name}:Backend";
            }
        }
    }

    private static IEnumerable<string> KeepOfRegistrations(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
    {
        foreach (var (key, was) in current.Registrations)
        {
            if (next.Registrations.TryGetValue(key, out var registration) && !Same(registration.Backend ?? next.Backend, was.Backend ?? current.Backend))
            {
                registration.Backend = was.Backend;
                yield return $"{RegistrationRules.PathOf(path, key)}:Backend";
            }
        }
    }

    private static IEnumerable<string> KeepRegistrations(DiscoveryClientOptions next, DiscoveryClientOptions current, string path)
    {
        foreach (var key in next.Registrations.Keys.Except(current.Registrations.Keys, StringComparer.OrdinalIgnoreCase).ToArray())
        {
            next.Registrations.Remove(key);
            yield return RegistrationRules.PathOf(path, key);
        }

        foreach (var (key, was) in current.Registrations)
        {
            if (!next.Registrations.TryGetValue(key, out var registration))
            {
                next.Registrations[key] = was;
                yield return RegistrationRules.PathOf(path, key);
                continue;
            }

            foreach (var setting in OfRegistration.Where(setting => !Equals(setting.Get(registration), setting.Get(was))))
            {
                setting.Keep(registration, was);
                yield return $"{RegistrationRules.PathOf(path, key)}:{setting.Key}";
            }
        }
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
