namespace Discovery.Client.Internal;

/// <summary>The configured backends by name. Watchers and renewers ask for the slot once and for its current backend at each session.</summary>
internal interface IBackendSource
{
    /// <summary>The backend used where nothing else is said.</summary>
    string DefaultName { get; }

    /// <summary>Returns a backend, making it at the first call.</summary>
    /// <exception cref="DiscoveryConfigurationException">There is none of that name.</exception>
    BackendSlot Get(string name);
}
