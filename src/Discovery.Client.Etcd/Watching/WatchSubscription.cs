using System.Threading.Channels;

namespace Discovery.Client.Etcd;

/// <summary>One watched range: what the stream has brought for it and nobody has taken yet.</summary>
internal sealed class WatchSubscription(KeyRange range, long start, Action<WatchSubscription> end) : IDisposable
{
    private readonly TaskCompletionSource<Wire.ResponseHeader> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<WatchNews> _news = Channel.CreateUnbounded<WatchNews>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private List<Wire.Event>? _fragments;

    public KeyRange Range { get; } = range;

    /// <summary>The first revision it is told of.</summary>
    public long Start { get; } = start;

    /// <summary>Its number on its stream.</summary>
    public long Id { get; set; }

    /// <summary>Ends when the member has taken the watch: the header says how far its store is.</summary>
    public Task<Wire.ResponseHeader> Created => _created.Task;

    public void Dispose() => end(this);

    /// <summary>Waits for news and takes all there are.</summary>
    /// <returns>Null: the store no longer has the revisions that the watch would have to tell of.</returns>
    /// <exception cref="RegistryException">The watch broke.</exception>
    public async ValueTask<WatchNews?> TakeAsync(CancellationToken cancellationToken)
    {
        await _news.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        WatchNews? all = null;
        while (_news.Reader.TryRead(out var news))
        {
            if (news.IsGone)
            {
                return null;
            }

            all = all is null ? news : new([.. all.Events, .. news.Events], news.Revision);
        }

        return all;
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

        if (!answer.Fragment && events.Count > 0)
        {
            _fragments = null;

            // Not the header's revision: a watch that catches up is told in portions, each with the store's own.
            _news.Writer.TryWrite(new(events, events[^1].Kv.ModRevision));
        }
    }

    public void OnGone() => _news.Writer.TryWrite(WatchNews.Gone);

    public void OnBroken(RegistryException error)
    {
        _created.TrySetException(error);
        _ = _created.Task.Exception;
        _news.Writer.TryComplete(error);
    }
}

/// <summary>What happened in a range.</summary>
/// <param name="Events">The changes, the oldest first.</param>
/// <param name="Revision">Up to which revision.</param>
internal sealed record WatchNews(IReadOnlyList<Wire.Event> Events, long Revision)
{
    /// <summary>History was compacted.</summary>
    public static WatchNews Gone { get; } = new([], 0);

    public bool IsGone => ReferenceEquals(this, Gone);
}
