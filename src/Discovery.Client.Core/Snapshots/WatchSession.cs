using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

/// <summary>One enumeration of a backend's watch: from asking until it breaks, or until it is time for a full resync.</summary>
internal sealed partial class WatchSession(
    ServiceEntry entry, WatchEnvironment environment, IRegistryBackend backend, ServiceQuery query, EmptyingMemory emptying, bool isResync, bool isAfterFailure)
{
    private SnapshotVersion? _seen;
    private Pace _pace;
    private Task<ServiceSnapshot>? _probation;
    private CancellationTokenSource? _probationEnd;
    private long _probationSince;

    public IRegistryBackend Backend => backend;

    public ServiceQuery Query => query;

    /// <summary>Whether the registry has answered in this session.</summary>
    public bool HasAnswered => AnsweredAt is not null;

    /// <summary>The timestamp of the last answer; null before the first.</summary>
    public long? AnsweredAt { get; private set; }

    /// <summary>The answer accepted last, to resume from.</summary>
    public ServiceSnapshot? Accepted { get; private set; }

    /// <summary>Runs until it breaks, by an exception, or until a new session is due.</summary>
    /// <param name="last">The answer to resume from, or null for a whole list.</param>
    /// <param name="answered">Called at each answer.</param>
    /// <param name="queryChanged">Ends it because something else is to be asked for.</param>
    /// <param name="stop">Ends it, by an exception.</param>
    /// <returns>Whether it ended for a full resync.</returns>
    public async Task<bool> RunAsync(ServiceSnapshot? last, Action answered, CancellationToken queryChanged, CancellationToken stop)
    {
        Accepted = last;
        using var resync = new CancellationTokenSource(ResyncDelay(), environment.Clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, resync.Token, queryChanged);
        var snapshots = backend.WatchAsync(query, Accepted, end.Token).GetAsyncEnumerator(end.Token);
        Task<bool>? move = null;
        try
        {
            while (true)
            {
                move = snapshots.MoveNextAsync().AsTask();
                await DecideProbationAsync(move).ConfigureAwait(true);
                if (!await move.ConfigureAwait(true))
                {
                    throw new RegistryException($"The watch of '{query.Name}' ended without a word.");
                }

                answered();
                Handle(snapshots.Current, end.Token);
                AnsweredAt = environment.Clock.GetTimestamp();
                _pace = _pace.Take(environment.Clock.GetElapsedTime(0).TotalSeconds, out var wait);
                await environment.Scheduler.Delay(wait, end.Token).ConfigureAwait(true);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return !queryChanged.IsCancellationRequested;
        }
        finally
        {
            end.Cancel();
            EndProbation();
            await EndAsync(snapshots, move).ConfigureAwait(true);
        }
    }

    private TimeSpan ResyncDelay() => environment.Options.ResyncInterval * ((2 + (2 * environment.Random.NextDouble())) / 3);

    private void Handle(ServiceSnapshot incoming, CancellationToken end)
    {
        var limit = environment.Options.EmptyHold;
        var verdict = SnapshotAcceptance.Decide(incoming, Accepted, _seen, !entry.View.Instances.IsEmpty, limit > TimeSpan.Zero);
        if (verdict == Acceptance.RejectOlder)
        {
            Log.OlderAnswer(environment.Logger, entry.Name, incoming.Version.Number, _seen!.Value.Number);
            return;
        }

        var isAfterBreak = NoteBreak(incoming, limit);
        _seen = incoming.Version;
        if (verdict == Acceptance.Hold)
        {
            Hold(incoming, limit, isAfterBreak, end);
            return;
        }

        EndProbation();
        Accept(incoming, verdict);
    }

    private void Accept(ServiceSnapshot incoming, Acceptance verdict)
    {
        Accepted = incoming;
        emptying.Held = TimeSpan.Zero;
        var now = environment.Clock.GetTimestamp();
        if (verdict == Acceptance.Confirm)
        {
            entry.Update(view => ServiceViewBuilder.Confirm(view, now));
            return;
        }

        var differences = 0;
        var view = entry.Update(view => environment.Views.Accept(view, incoming, query, environment.OptionsOf(entry.Name), now, out differences));
        Log.ListTaken(environment.Logger, entry.Name, view.Instances.Length, differences);
        environment.Metrics.RecordRejectedRecords(view, incoming.RejectedRecords);
        if (incoming.RejectedRecords > 0)
        {
            var level = environment.LevelOf(LogLevel.Warning, 108, entry.Backend);
            Log.RecordsRejected(environment.Logger, level, entry.Name, incoming.RejectedRecords);
        }

        if (isResync && !HasAnswered && differences > 0)
        {
            environment.Metrics.RecordResyncDifferences(view, differences);
            Log.ResyncDiffered(environment.Logger, entry.Name, differences);
        }
    }

    private static async Task EndAsync(IAsyncEnumerator<ServiceSnapshot> snapshots, Task<bool>? move)
    {
        // An iterator must not be disposed while it moves.
        try
        {
            if (move is not null)
            {
                await move.ConfigureAwait(true);
            }
        }
        catch (Exception)
        {
        }

        try
        {
            await snapshots.DisposeAsync().ConfigureAwait(true);
        }
        catch (Exception)
        {
        }
    }
}
