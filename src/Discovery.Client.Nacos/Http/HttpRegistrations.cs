using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>The instances of one backend that servers hold.</summary>
internal sealed class HttpRegistrations(OpenApiClient client, InstanceCalls calls, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(ServiceKey Service, string Id), HttpLeaseGroup> _held = [];
    private readonly ConcurrentDictionary<(ServiceKey Service, string? Ip, int Port), string> _addresses = [];
    private readonly Leftovers _leftovers = new(calls.DeregisterAsync, timeProvider, logger);

    public void Dispose() => _leftovers.Dispose();

    public async ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var before = _held.GetValueOrDefault((instance.Service, instance.Id));
        var isMoved = before is not null && before.Instance.Address != instance.Address;
        var isNewThere = before is null || isMoved;
        var holder = _addresses.GetOrAdd(instance.Address, instance.Id);
        if (holder != instance.Id)
        {
            throw new RegistryException($"'{instance.Id}' cannot be registered as {instance.Instance.Ip}:{instance.Instance.Port} of {instance.Service}: '{holder}' is, and over HTTP Nacos tells instances apart by their addresses.", isTransient: false);
        }

        TimeSpan? wanted;
        var (isTaken, wasLeft) = (false, false);
        try
        {
            wasLeft = await _leftovers.RemoveAsync(instance, cancellationToken).ConfigureAwait(false);
        }
        catch when (isNewThere)
        {
            Forget(instance);
            throw;
        }

        try
        {
            await calls.RegisterAsync(instance, cancellationToken).ConfigureAwait(false);
            isTaken = true;
            if (before is not null && !before.Instance.Instance.Weight.Equals(instance.Instance.Weight) && await calls.LookAsync(instance, cancellationToken).ConfigureAwait(false) == Presence.OtherWeight)
            {
                await calls.TakeOutAsync(instance, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
                await calls.RegisterAsync(instance, cancellationToken).ConfigureAwait(false);
            }

            wanted = await ConfirmAsync(instance, cancellationToken).ConfigureAwait(false);
            if (isMoved && _addresses.GetValueOrDefault(before!.Instance.Address, instance.Id) == instance.Id)
            {
                await calls.TakeOutAsync(before.Instance, InstanceCalls.RestOf(instance) / 2, cancellationToken).ConfigureAwait(false);
                Forget(before.Instance);
            }
        }
        catch (RegistryException error) when (!error.IsTransient && !isTaken && !wasLeft && isNewThere)
        {
            // Refused: nothing was taken, and what has this address there may be somebody else's.
            Forget(instance);
            throw;
        }
        catch when (isNewThere)
        {
            await UndoAsync(instance).ConfigureAwait(false);
            throw;
        }

        var group = new HttpLeaseGroup(
            instance, BeatPace.Decide(instance, wanted), new Lookout(instance, timeProvider, before?.Lookout));
        _held[(instance.Service, instance.Id)] = group;
        return group;
    }

    public async ValueTask RenewAsync(HttpLeaseGroup group, CancellationToken cancellationToken)
    {
        var instance = group.Instance;

        // A beat that comes late would bring back what was taken out, on servers that make an instance of it.
        if (!IsHeld(group))
        {
            throw new LeaseLostException($"{group.Id} is not registered any more.");
        }

        if (!instance.Instance.Ephemeral)
        {
            await group.Lookout.LookAsync(() => calls.ListAsync(instance, cancellationToken), logger).ConfigureAwait(false);
            return;
        }

        var known = await calls.BeatAsync(instance, oneIsEnough: false, cancellationToken).ConfigureAwait(false) is not null;
        if (known && ++group.Beats >= InstanceCalls.BeatsPerLook)
        {
            known = await calls.LookAsync(instance, cancellationToken).ConfigureAwait(false) != Presence.Gone;
            group.Beats = 0;
        }

        if (!known)
        {
            throw new LeaseLostException($"Nacos at {client.Current} does not know {group.Id}.");
        }

        await LookAsync(group, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The node that answers beats is not always the one whose list others read, and that one may have missed it. The beat was answered: a list that is not is no reason to fail.</summary>
    /// <exception cref="LeaseLostException">It has been missing for long enough.</exception>
    private async Task LookAsync(HttpLeaseGroup group, CancellationToken cancellationToken)
    {
        if (!group.Lookout.IsDue)
        {
            return;
        }

        using var limit = new CancellationTokenSource(InstanceCalls.RestOf(group.Instance), timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await group.Lookout.LookAsync(() => calls.ListAsync(group.Instance, either.Token), logger).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException and not LeaseLostException || error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The next beat is not far.
        }
    }

    public async ValueTask DeregisterAsync(HttpLeaseGroup group, CancellationToken cancellationToken)
    {
        var held = IsHeld(group);
        if (held)
        {
            _held.TryRemove(KeyValuePair.Create((group.Instance.Service, group.Instance.Id), group));
        }

        // Over HTTP an instance is its address: what another id has registered there since is not taken out.
        if (_addresses.TryGetValue(group.Instance.Address, out var holder) && holder != group.Instance.Id)
        {
            return;
        }

        try
        {
            await calls.DeregisterAsync(group.Instance, cancellationToken).ConfigureAwait(false);
        }
        catch when (held)
        {
            _held.TryAdd((group.Instance.Service, group.Instance.Id), group);
            throw;
        }
        finally
        {
            // Whatever became of it: nobody wants it there any more, and another may.
            Forget(group.Instance);
        }
    }

    /// <summary>Reads back what was just registered.</summary>
    /// <returns>How often the server wants a beat.</returns>
    private async Task<TimeSpan?> ConfirmAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        if (!instance.Instance.Ephemeral)
        {
            return null;
        }

        var verdict = await calls.BeatAsync(instance, oneIsEnough: true, cancellationToken).ConfigureAwait(false);
        return verdict is { } known ? known.Interval : throw new RegistryException($"Nacos at {client.Current} took {instance.Instance.Ip}:{instance.Instance.Port} of {instance.Service} and does not know it: it has to be registered again.");
    }

    /// <summary>
    /// Takes back what a server may have taken: if nobody tries again, as when the program stops, an instance that is not there would pass until its time is over.
    /// Whoever cancelled waits for this too, so it is short.
    /// </summary>
    private async Task UndoAsync(RegisteredInstance instance)
    {
        try
        {
            using var limit = new CancellationTokenSource(LongestUndo, timeProvider);
            await calls.TakeOutAsync(instance, Timeout.InfiniteTimeSpan, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or ObjectDisposedException or OperationCanceledException)
        {
            // What failed first is what is told.
            if (!instance.Instance.Ephemeral)
            {
                _leftovers.Add(instance);
            }
        }

        Forget(instance);
    }

    private bool IsHeld(HttpLeaseGroup group) => _held.GetValueOrDefault((group.Instance.Service, group.Instance.Id)) == group;

    private void Forget(RegisteredInstance instance) => _addresses.TryRemove(KeyValuePair.Create(instance.Address, instance.Id));
}
