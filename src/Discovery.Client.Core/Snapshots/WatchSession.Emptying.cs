using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

internal sealed partial class WatchSession
{
    private bool NoteBreak(ServiceSnapshot incoming, TimeSpan limit)
    {
        var isBreak = SnapshotAcceptance.IsBreak(incoming.Version, _seen);
        if (isBreak && (_seen is not null || isAfterFailure))
        {
            emptying.BrokenAt = environment.Clock.GetTimestamp();
        }

        return EmptyingRule.IsAfterBreak(isBreak, emptying.BrokenAt is { } at ? environment.Clock.GetElapsedTime(at) : null, limit);
    }

    private void Hold(ServiceSnapshot empty, TimeSpan limit, bool afterBreak, CancellationToken end)
    {
        if (_probation is not null)
        {
            return;
        }

        var level = environment.LevelOf(LogLevel.Warning, 106, entry.Backend);
        Log.EmptyHeld(environment.Logger, level, entry.Name, entry.View.Instances.Length, limit);
        entry.MarkStale("the registry lists no instance any more; the last list is kept until that is confirmed");
        _probationEnd = CancellationTokenSource.CreateLinkedTokenSource(end);
        _probationSince = environment.Clock.GetTimestamp();
        var probation = new EmptyingProbation(backend, query, empty, emptying.Held, limit, afterBreak);
        _probation = probation.RunAsync(environment.Scheduler, environment.Random, _probationEnd.Token);
    }

    /// <summary>Returns when the watch has moved; meanwhile a list that is held back may be decided.</summary>
    private async Task DecideProbationAsync(Task<bool> move)
    {
        while (_probation is { } probation && !move.IsCompleted)
        {
            await Race.FirstOf(move, probation).ConfigureAwait(true);
            if (probation.IsCompleted)
            {
                EndProbation();
                Decided(await probation.ConfigureAwait(true));
            }
        }
    }

    private void Decided(ServiceSnapshot list)
    {
        Accept(list, Acceptance.Accept);
        if (list.Instances.IsEmpty)
        {
            var level = environment.LevelOf(LogLevel.Warning, 107, entry.Backend);
            Log.EmptyConfirmed(environment.Logger, level, entry.Name);
            return;
        }

        // The watch is not to be trusted any more, and what it says next may build on its mistake.
        Accepted = null;
        throw new RegistryException($"The watch of '{query.Name}' said that there are no instances, and a read found {list.Instances.Length}.");
    }

    private void EndProbation()
    {
        if (_probationEnd is not { } end)
        {
            return;
        }

        emptying.Held += environment.Clock.GetElapsedTime(_probationSince);
        (_probation, _probationEnd) = (null, null);
        end.Cancel();
        end.Dispose();
    }
}
