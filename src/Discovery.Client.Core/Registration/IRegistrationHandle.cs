namespace Discovery.Client.Registration;

/// <summary>One registration of this process. Disposing it deregisters, within <see cref="DiscoveryClientOptions.DeregisterTimeout"/>, and never throws.</summary>
public interface IRegistrationHandle : IAsyncDisposable
{
    /// <summary>What is wished: the last intended state.</summary>
    ServiceRegistration Registration { get; }

    /// <summary>The backend's name.</summary>
    string Backend { get; }

    /// <summary>Where it stands.</summary>
    RegistrationState State { get; }

    /// <summary>Why the last attempt failed; null after a success.</summary>
    Exception? LastError { get; }

    /// <summary>Changes the instance. The registry is told in the background.</summary>
    /// <param name="change">Makes the new instance from the last intended one; service name and instance id must stay.</param>
    /// <exception cref="ArgumentException">The change alters service name or instance id.</exception>
    void Update(Func<ServiceInstance, ServiceInstance> change);

    /// <summary>Changes the status. It holds across lost leases and reconnects.</summary>
    /// <param name="status">The status.</param>
    void SetStatus(ServiceStatus status);

    /// <summary>Waits until the registry holds the last intended state.</summary>
    /// <param name="cancellationToken">Ends the wait; there is no other limit.</param>
    Task WaitUntilRegisteredAsync(CancellationToken cancellationToken = default);
}
