using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>No instance of the service can be chosen. The message names the service, the backend, the state of the list and its age.</summary>
public sealed class NoInstanceAvailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="view">What was known of the service.</param>
    /// <param name="reason">Why none can be chosen, to be read after "no instance of … is available: ".</param>
    /// <param name="innerException">The cause.</param>
    public NoInstanceAvailableException(ServiceView view, string reason, Exception? innerException = null)
        : base($"No instance of '{view.ServiceName}' is available: {reason}. {view.Describe()}", innerException)
        => View = view;

    /// <summary>What was known of the service.</summary>
    public ServiceView View { get; }
}
