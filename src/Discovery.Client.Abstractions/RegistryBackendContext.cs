namespace Discovery.Client;

/// <summary>What a factory makes a backend from.</summary>
/// <param name="name">The backend's name: its type for the main one, or its key under <c>Discovery:Backends</c>.</param>
/// <param name="settings">Its settings; empty where none are configured.</param>
/// <param name="services">The application's container.</param>
/// <param name="timeProvider">The clock to use for everything.</param>
public sealed class RegistryBackendContext(string name, SettingsReader settings, IServiceProvider services, TimeProvider timeProvider)
{
    /// <summary>The backend's name.</summary>
    public string Name { get; } = name;

    /// <summary>Its settings.</summary>
    public SettingsReader Settings { get; } = settings;

    /// <summary>The application's container.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>The clock to use for everything.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;
}
