namespace Discovery.Client.Configuration;

/// <summary>A place in the options that names a backend.</summary>
internal readonly record struct BackendUse(string Path, string Name)
{
    public static IEnumerable<BackendUse> Of(DiscoveryClientOptions options, string path)
        => new BackendUse[] { new($"{path}:Backend", options.Backend) }
            .Concat(options.Services.Where(service => service.Value.Backend is not null).Select(service => new BackendUse($"{path}:Services:{service.Key}:Backend", service.Value.Backend!)))
            .Concat(Registering(options, path).Where(use => use.IsOwn).Select(use => use.Use));

    /// <summary>The backends that are to take registrations, and whether the registration itself names its one.</summary>
    public static IEnumerable<(BackendUse Use, bool IsOwn)> Registering(DiscoveryClientOptions options, string path)
        => options.Registrations.Select(registration
            => (new BackendUse($"{RegistrationRules.PathOf(path, registration.Key)}:Backend", registration.Value.Backend ?? options.Backend), registration.Value.Backend is not null));
}
