namespace Discovery.Client.Configuration;

/// <summary>A place in the options that names a backend.</summary>
internal readonly record struct BackendUse(string Path, string Name)
{
    public static IEnumerable<BackendUse> Of(DiscoveryClientOptions options, string path)
        => new BackendUse[] { new($"{path}:Backend", options.Backend) }
            .Concat(options.Services.Where(service => service.Value.Backend is not null).Select(service => new BackendUse($"{path}:Services:{service.Key}:Backend", service.Value.Backend!)))
            .Concat(options.Registrations.Where(registration => registration.Value.Backend is not null)
                .Select(registration => new BackendUse($"{RegistrationRules.PathOf(path, registration.Key)}:Backend", registration.Value.Backend!)));
}
