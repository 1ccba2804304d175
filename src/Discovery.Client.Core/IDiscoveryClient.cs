using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>Finds instances of services, for everything that is not HttpClient. One per process, from the container; safe for all threads.</summary>
/// <remarks>
/// A service is named as under <c>Discovery:Services</c> or as in the registry. The first interest in a service starts watching it; from then on answers come from memory.
/// </remarks>
public interface IDiscoveryClient
{
    /// <summary>The current view of a service; the first time it waits for the registry's first answer.</summary>
    /// <param name="serviceName">The service.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The view; its list may be empty if the registry said so.</returns>
    /// <exception cref="NoInstanceAvailableException">No answer within <see cref="DiscoveryClientOptions.FirstAnswerTimeout"/>; says what was waited for.</exception>
    ValueTask<ServiceView> GetViewAsync(string serviceName, CancellationToken cancellationToken = default);

    /// <summary>The current view of a service without waiting. Starts watching it too.</summary>
    /// <param name="serviceName">The service.</param>
    /// <returns>The view, in state <see cref="ServiceViewState.Pending"/> as long as the registry has not answered.</returns>
    ServiceView GetView(string serviceName);

    /// <summary>Follows the views of a service: the current one at once, then each that differs in instances or state. A slow reader skips to the newest.</summary>
    /// <param name="serviceName">The service.</param>
    /// <param name="cancellationToken">Ends the sequence, which ends in no other way.</param>
    IAsyncEnumerable<ServiceView> WatchAsync(string serviceName, CancellationToken cancellationToken = default);

    /// <summary>Waits until the service has an instance.</summary>
    /// <param name="serviceName">The service.</param>
    /// <param name="cancellationToken">Ends the wait; there is no other limit.</param>
    ValueTask<ServiceView> WaitForInstancesAsync(string serviceName, CancellationToken cancellationToken = default);

    /// <summary>Chooses an instance as the service's selector says; the first time it waits for the registry's first answer.</summary>
    /// <param name="serviceName">The service.</param>
    /// <param name="options">What the choice depends on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The choice. Call <see cref="PickResult.Complete"/> with the outcome when the request has ended; a choice that is only disposed counts as one that the caller gave up.</returns>
    /// <exception cref="NoInstanceAvailableException">There is none, or the registry has not answered in time.</exception>
    ValueTask<PickResult> PickAsync(string serviceName, PickOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Chooses an instance from what is in memory, without waiting.</summary>
    /// <param name="serviceName">The service.</param>
    /// <param name="options">What the choice depends on.</param>
    /// <returns>The choice, to be completed as that of <see cref="PickAsync"/>; or null if nothing is known (yet).</returns>
    PickResult? TryPick(string serviceName, PickOptions options = default);
}
