namespace Discovery.Client;

/// <summary>What a registry can do beyond being read.</summary>
[Flags]
public enum RegistryCapabilities
{
    /// <summary>It can only be read.</summary>
    None = 0,

    /// <summary>Instances can be registered.</summary>
    Register = 1,

    /// <summary>The names of all services can be followed (<see cref="IRegistryBackend.WatchNamesAsync"/>).</summary>
    WatchNames = 2,

    /// <summary><see cref="IRegistryBackend.ReadAsync"/> is more consistent than the watch, so that it can confirm an empty list.</summary>
    ConfirmingRead = 4,

    /// <summary>Changes arrive by themselves rather than by polling.</summary>
    Push = 8,

    /// <summary>
    /// <see cref="IRegistryBackend.RenewAsync"/> works synchronously on the calling thread. The engine then calls it from a thread of its own,
    /// so that leases survive a thread pool with no free thread.
    /// </summary>
    BlockingRenewal = 16,
}
