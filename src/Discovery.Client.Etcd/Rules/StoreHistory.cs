using System.Collections.Immutable;

namespace Discovery.Client.Etcd;

/// <summary>
/// What the answers said of the store behind them. Revisions only grow, and a member that has shown one shows no lower one to whoever asks later: if it does, or if the cluster is another,
/// the store was wiped or restored, and whatever was read before says nothing any more. A wiped server keeps its ids, so that the ids alone do not tell.
/// </summary>
internal sealed class StoreHistory
{
    /// <summary>Called when the store turns out to be another.</summary>
    public Action? Changed { get; set; }

    private volatile Seen _seen = new(0, 0, ImmutableDictionary<ulong, long>.Empty);

    /// <summary>How often the store was another.</summary>
    public int Generation => _seen.Generation;

    /// <summary>What is known before a request is sent; its answer is judged by that.</summary>
    public Seen Mark() => _seen;

    /// <summary>Takes notice of an answer.</summary>
    /// <param name="header">Its header; null: it has none.</param>
    /// <param name="mark">What was known when it was asked for; null: it came by itself.</param>
    public void Observe(Wire.ResponseHeader? header, Seen? mark)
    {
        if (header is null || (header.Revision == 0 && header.ClusterId == 0))
        {
            return;
        }

        while (true)
        {
            var seen = _seen;
            var next = seen.After(header.ClusterId, header.MemberId, header.Revision, mark);
            if (ReferenceEquals(next, seen))
            {
                return;
            }

            if (ReferenceEquals(Interlocked.CompareExchange(ref _seen, next, seen), seen))
            {
                if (next.Generation != seen.Generation)
                {
                    Changed?.Invoke();
                }

                return;
            }
        }
    }

    /// <param name="Generation">How often the store was another.</param>
    /// <param name="Cluster">The cluster's id; 0: not known.</param>
    /// <param name="Revisions">The highest revision that each member has shown.</param>
    internal sealed record Seen(int Generation, ulong Cluster, ImmutableDictionary<ulong, long> Revisions)
    {
        public Seen After(ulong cluster, ulong member, long revision, Seen? mark)
        {
            var isOld = mark is not null && mark.Generation != Generation;
            if (isOld)
            {
                return this;
            }

            if ((Cluster != 0 && cluster != Cluster) || (mark is not null && mark.Revisions.TryGetValue(member, out var before) && revision < before))
            {
                return new(Generation + 1, cluster, ImmutableDictionary<ulong, long>.Empty.Add(member, revision));
            }

            return Cluster == cluster && Revisions.TryGetValue(member, out var highest) && highest >= revision ? this
                : this with { Cluster = cluster, Revisions = Revisions.SetItem(member, Math.Max(revision, Revisions.GetValueOrDefault(member))) };
        }
    }
}
