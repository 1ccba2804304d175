using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

/// <summary>Watches one service for as long as anybody is interested: session after session, with pauses while the registry fails. It never ends by itself.</summary>
internal sealed partial class ServiceWatcher(ServiceEntry entry, WatchEnvironment environment)
{
    /// <summary>A session that lived for so long starts the pauses over.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(10);

    private readonly EmptyingMemory _emptying = new();
    private BackendSlot? _slot;
    private Backoff _backoff;
    private (IRegistryBackend Backend, ServiceQuery Query, ServiceSnapshot? Snapshot)? _last;
    private bool _isResync;
    private bool _isAfterFailure;
    private int? _openings;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pause = await GuardedAttemptAsync(stop).ConfigureAwait(true);
            await environment.Scheduler.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        entry.MarkStale("not watched, because nobody asks for it");
    }

    // A failure is handled inside. What fails while it is handled ends no watch either, and is not met again without a pause.
    private async Task<TimeSpan> GuardedAttemptAsync(CancellationToken stop)
    {
        try
        {
            return await AttemptAsync(stop).ConfigureAwait(true);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception defect)
        {
            _slot?.Gate.Leave(this);
            var level = environment.LevelOf(LogLevel.Error, 113, entry.Backend);
            Log.WatchDefect(environment.Logger, level, entry.Name, Backoff.Cap, defect);
            return Backoff.Cap;
        }
    }

    private async Task<TimeSpan> AttemptAsync(CancellationToken stop)
    {
        WatchSession? session = null;
        var askedAt = 0L;
        try
        {
            var slot = _slot = environment.Backends.Get(entry.Backend);
            var probes = await EnterAsync(slot.Gate, stop).ConfigureAwait(true);
            askedAt = environment.Clock.GetTimestamp();

            // Read before the query: a change between the two ends the session rather than being missed.
            var queryChanged = entry.QueryChanged;
            session = new WatchSession(entry, environment, slot.Current, environment.QueryOf(entry.Name), _emptying, _isResync, _isAfterFailure);
            using var stalled = StallLimit(slot.Gate, probes);
            _isResync = await session.RunAsync(LastFor(session, probes), () => slot.ReportAnswered(environment.Clock, environment.Logger), queryChanged, stop).ConfigureAwait(true);
            (_last, _isAfterFailure) = (null, false);
            return TimeSpan.Zero;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            (_isResync, _isAfterFailure) = (false, true);
            _last = session is null ? _last : (session.Backend, session.Query, session.Accepted);
            var isStable = session?.HasAnswered == true && environment.Clock.GetElapsedTime(askedAt) >= StableAfter;

            // The watch shows how the connection was until its last answer, whenever it was asked for.
            return OnFailed(exception, session?.AnsweredAt ?? askedAt, isStable);
        }
        finally
        {
            if (stop.IsCancellationRequested)
            {
                _slot?.Gate.Leave(this);
            }
        }
    }

    // A probe asks for the whole list, since a resumed watch may have nothing to say for long.
    private ServiceSnapshot? LastFor(WatchSession session, bool probes)
        => !probes && _last is { } last && ReferenceEquals(last.Backend, session.Backend) && last.Query == session.Query ? last.Snapshot : null;

    private async ValueTask<bool> EnterAsync(ConnectionGate gate, CancellationToken stop)
    {
        if (gate.Error is { } error)
        {
            entry.MarkStale(error.Message);
        }

        return await gate.EnterAsync(this, spreads: true, environment.Scheduler, stop).ConfigureAwait(true);
    }

    // A probe that is never answered nor fails must not hold back the other services for ever.
    private CancellationTokenSource? StallLimit(ConnectionGate gate, bool probes)
    {
        if (!probes)
        {
            return null;
        }

        var limit = new CancellationTokenSource(Backoff.Cap, environment.Clock);
        limit.Token.UnsafeRegister(_ => gate.Leave(this), null);
        return limit;
    }

    private TimeSpan OnFailed(Exception exception, long knownAt, bool wasStable)
    {
        entry.MarkFailed(exception);
        environment.Metrics.RecordRegistryError(entry.Backend, exception);
        if (_slot is { } slot && IsHeldBack(slot, exception, knownAt))
        {
            Log.WatchBroke(environment.Logger, entry.Name, exception.Message);
            return OwnPause(slot.Gate, wasStable);
        }

        _backoff = (wasStable ? default : _backoff).Next();
        var pause = RetryPause.After(exception, _backoff, environment.Random);
        var level = _backoff.Failures == 1 ? environment.LevelOf(LogLevel.Warning, 102, entry.Backend) : LogLevel.Debug;
        Log.WatchFailed(environment.Logger, level, entry.Name, entry.Backend, exception.Message, pause, exception is RegistryException ? null : exception);
        return pause;
    }

    private TimeSpan OwnPause(ConnectionGate gate, bool wasStable)
    {
        _openings = wasStable ? null : _openings;
        var isAlone = gate.LeavesAlone(this, ref _openings);
        _backoff = isAlone ? _backoff.Next() : default;
        return isAlone ? _backoff.Pause(environment.Random) : TimeSpan.Zero;
    }

    private bool IsHeldBack(BackendSlot slot, Exception exception, long knownAt)
    {
        if (exception is RegistryException error)
        {
            return slot.ReportFailed(this, error, knownAt, environment.Clock, environment.Logger);
        }

        slot.Gate.Leave(this);
        return false;
    }
}
