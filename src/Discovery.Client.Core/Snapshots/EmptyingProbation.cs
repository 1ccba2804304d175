using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>Asks the registry whether an empty list is meant, until <see cref="EmptyingRule"/> decides.</summary>
/// <param name="backend">The registry.</param>
/// <param name="query">The service.</param>
/// <param name="empty">The empty list.</param>
/// <param name="before">How long the list has been held already, by watches that broke.</param>
/// <param name="limit">How long it may be held.</param>
/// <param name="afterBreak">Whether the registry's memory was broken not long ago.</param>
internal sealed class EmptyingProbation(IRegistryBackend backend, ServiceQuery query, ServiceSnapshot empty, TimeSpan before, TimeSpan limit, bool afterBreak)
{
    private static readonly TimeSpan Forever = Timeout.InfiniteTimeSpan;

    /// <summary>Runs until it is decided.</summary>
    /// <returns>The list that holds: the empty one, or another that refutes it.</returns>
    public async Task<ServiceSnapshot> RunAsync(EngineScheduler scheduler, RandomSource random, CancellationToken cancellationToken)
    {
        var clock = scheduler.TimeProvider;
        var since = clock.GetTimestamp();
        using var expiry = new CancellationTokenSource(before < limit ? limit - before : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        for (var backoff = new Backoff(1); ; backoff = backoff.Next())
        {
            var (read, list) = await ReadAsync(either.Token).ConfigureAwait(true);
            cancellationToken.ThrowIfCancellationRequested();
            var held = before + clock.GetElapsedTime(since);
            var verdict = EmptyingRule.Decide(expiry.IsCancellationRequested && held < limit ? limit : held, limit, afterBreak, read);
            if (verdict != EmptyingVerdict.Hold)
            {
                return verdict == EmptyingVerdict.Refute ? list! : empty;
            }

            await PauseAsync(scheduler, PauseAfter(read, backoff, random), either.Token).ConfigureAwait(true);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private TimeSpan PauseAfter(ConfirmingRead read, Backoff backoff, RandomSource random) => read switch
    {
        ConfirmingRead.Unavailable => Forever,
        ConfirmingRead.Empty => limit * (0.2 + (0.1 * random.NextDouble())),
        _ => backoff.Pause(random),
    };

    private static async Task PauseAsync(EngineScheduler scheduler, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await scheduler.Delay(pause, cancellationToken).ConfigureAwait(true);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<(ConfirmingRead Read, ServiceSnapshot? List)> ReadAsync(CancellationToken cancellationToken)
    {
        if (!backend.Capabilities.HasFlag(RegistryCapabilities.ConfirmingRead))
        {
            return (ConfirmingRead.Unavailable, null);
        }

        try
        {
            var list = await Race.OrCanceledAsync(backend.ReadAsync(query, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(true);
            return (list.Instances.IsEmpty ? ConfirmingRead.Empty : ConfirmingRead.Instances, list);
        }
        catch (Exception)
        {
            return (ConfirmingRead.Failed, null);
        }
    }
}
