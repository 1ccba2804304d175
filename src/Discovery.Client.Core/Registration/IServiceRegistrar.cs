namespace Discovery.Client.Registration;

/// <summary>Registers instances and keeps them registered. One per process, from the container; safe for all threads.</summary>
public interface IServiceRegistrar
{
    /// <summary>All registrations that were made and not disposed.</summary>
    IReadOnlyCollection<IRegistrationHandle> Registrations { get; }

    /// <summary>Wishes an instance to be registered from now on. Returns at once; the registry is asked in the background, for ever.</summary>
    /// <param name="registration">The wish.</param>
    /// <param name="backend">The backend's name; null: the default one.</param>
    /// <exception cref="InvalidOperationException">This process has registered the same service and instance id there already, or the registrar has been stopped.</exception>
    /// <exception cref="NotSupportedException">The backend cannot register.</exception>
    IRegistrationHandle Register(ServiceRegistration registration, string? backend = null);
}
