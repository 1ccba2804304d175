using System.Threading.Channels;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>One watched range: what the stream has brought for it and nobody has taken yet, joined per key, so that it is never more than the range has keys.</summary>
internal sealed class WatchSubscription(KeyRange range, Action<WatchSubscription> end) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<Wire.ResponseHeader> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Holds one item while there is something to take; completed when the watch broke.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private Dictionary<ByteString, Wire.Event> _latest = [];
    private long _revision;
    private WatchTurn _turn;
    private List<Wire.Event>? _fragments;

    public KeyRange Range { get; } = range;

    /// <summary>Its number on its stream.</summary>
    public long Id { get; init; }

    /// <summary>Whether the member knows it. Belongs to the stream.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Ends when the member has taken the watch: the header says how far its store is.</summary>
    public Task<Wire.ResponseHeader> Created => _created.Task;

    public void Dispose() => end(this);

    /// <summary>Waits for news and takes all there are.</summary>
    /// <exception cref="RegistryException">The watch broke.</exception>
    public async ValueTask<WatchNews> TakeAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _signal.Reader.TryRead(out _);
            var news = new WatchNews([.. _latest.Values], _revision, _turn);
            _latest = [];
            return news;
        }
    }

    public void OnCreated(Wire.ResponseHeader header) => _created.TrySetResult(header);

    public void OnEvents(Wire.WatchResponse answer)
    {
        // A long answer comes in pieces of one revision: half of it is no state that ever was.
        IReadOnlyList<Wire.Event> events = answer.Events;
        if (answer.Fragment || _fragments is not null)
        {
            (_fragments ??= []).AddRange(answer.Events);
            events = _fragments;
        }

        if (answer.Fragment)
        {
            return;
        }

        _fragments = null;

        // With changes not the header's revision: a watch that catches up is told in portions, each with the store's own. Without, it says that all before it was told.
        Tell(events, events.Count > 0 ? events[^1].Kv.ModRevision : answer.Header.Revision, WatchTurn.GoesOn);
    }

    /// <summary>The store no longer has the revisions to be told of.</summary>
    public void OnGone() => Tell([], 0, WatchTurn.ListsAgain);

    /// <summary>Another stream is to be used from now on; what was brought stays.</summary>
    public void OnMoved() => Tell([], 0, WatchTurn.Moves);

    public void OnBroken(RegistryException error)
    {
        _created.TrySetException(error);
        _ = _created.Task.Exception;
        _signal.Writer.TryComplete(error);
    }

    private void Tell(IReadOnlyList<Wire.Event> events, long revision, WatchTurn turn)
    {
        lock (_lock)
        {
            foreach (var change in events)
            {
                _latest[change.Kv.Key] = change;
            }

            _revision = Math.Max(_revision, revision);
            _turn = turn > _turn ? turn : _turn;
            _signal.Writer.TryWrite(true);
        }
    }
}
