namespace Discovery.Client;

/// <summary>One configured service registry: what the engine asks of it. An adapter implements this and nothing else.</summary>
/// <remarks>
/// <para>Every method makes <b>one attempt</b>, maps the answer, and throws. Retry, backoff, the cadence of renewals, caching and protection
/// against lost lists are the engine's. An implementation has its own transport, made from its options.</para>
/// <para>All methods may be called from any thread and at the same time. Failure is always a <see cref="RegistryException"/>; a cancelled token is an
/// <see cref="OperationCanceledException"/>; anything else is a defect of the adapter and is treated as a transient failure.</para>
/// </remarks>
public interface IRegistryBackend : IAsyncDisposable
{
    /// <summary>What this registry can do. Does not change.</summary>
    RegistryCapabilities Capabilities { get; }

    /// <summary>Makes the registry hold exactly this registration: creates it, or replaces the one this process made before. Safe to repeat.</summary>
    /// <param name="registration">The whole wish; nothing of an earlier one is merged.</param>
    /// <param name="cancellationToken">Ends the attempt; whether the registry took the registration is then unknown.</param>
    /// <returns>The lease that keeps it alive. Its group may be one that earlier leases have too.</returns>
    /// <exception cref="RegistryException">The attempt failed. Not transient: the registry refuses it (permission, an id that somebody else holds).</exception>
    ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken);

    /// <summary>Proves once that every registration of the group is alive. Called each <see cref="LeaseGroup.RenewEvery"/>, never twice at a time for one group.</summary>
    /// <remarks>
    /// A record that somebody deleted while its lease lives is lost too. An adapter whose renewals do not show that looks for its records itself, every few renewals,
    /// and throws <see cref="LeaseLostException"/> (or cancels <see cref="LeaseGroup.Lost"/>) when one is gone.
    /// </remarks>
    /// <param name="group">The group to renew.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Completed already when it returns if <see cref="RegistryCapabilities.BlockingRenewal"/> is set.</returns>
    /// <exception cref="LeaseLostException">The registry does not know the lease or one of its records (any more): all its registrations must be made again.</exception>
    /// <exception cref="RegistryException">The attempt failed; the lease may still live.</exception>
    ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken);

    /// <summary>Takes the registration out of the registry. One that is already gone is not an error.</summary>
    /// <param name="lease">What <see cref="RegisterAsync"/> returned last for it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RegistryException">The attempt failed.</exception>
    ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Reads the list once, by the most consistent read the registry has: it confirms or refutes that a list became empty.</summary>
    /// <param name="query">The service.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The whole list. Empty only if the registry really said so.</returns>
    /// <exception cref="RegistryException">The attempt failed, or the answer cannot be trusted (no leader, no permission).</exception>
    ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken);

    /// <summary>Follows one service. Yields the whole list as soon as the registry has answered (also when it is empty), then again after each change.</summary>
    /// <remarks>
    /// Yielding the same snapshot object again says "nothing changed, and the registry has just said so". Rapid changes may be joined into one list; the last one is never lost.
    /// An instance that did not change is the same object in the next list; <see cref="ServiceSnapshot.Create"/> does that.
    /// The sequence does not end by itself: it throws. A record that cannot be read is left out and counted, it does not end the watch.
    /// </remarks>
    /// <param name="query">The service; it need not exist.</param>
    /// <param name="last">The last list the engine accepted from this backend, to resume from, or null. An adapter may ignore it.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="RegistryException">The watch broke. The engine starts a new one after a pause.</exception>
    IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken);

    /// <summary>Follows the names of all services, whole lists each time. The names are the decoded ones.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="NotSupportedException">The default: <see cref="RegistryCapabilities.WatchNames"/> is not set.</exception>
    /// <exception cref="RegistryException">The watch broke.</exception>
    IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken)
        => throw new NotSupportedException("This registry cannot list service names.");
}
