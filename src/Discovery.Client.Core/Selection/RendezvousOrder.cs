namespace Discovery.Client.Selection;

internal readonly struct RendezvousOrder(HashedNodes nodes) : IKeyOrder
{
    public int First<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound
        => nodes.HasEqualWeights ? Unweighted<T>(key, context) : Weighted<T>(key, context);

    private int Unweighted<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound
    {
        var hashes = nodes.Hashes;
        var (best, most) = (-1, 0UL);
        for (var i = 0; i < hashes.Length; i++)
        {
            var score = HashedNodes.Mix(key ^ hashes[i]);
            if (score >= most && nodes.Admits<T>(i, context))
            {
                (best, most) = (i, score);
            }
        }

        return best;
    }

    // The least of exponential variates divided by weights: each wins as often as its weight says. With equal weights it is the greatest hash, so that keys stay when weights begin to differ.
    private int Weighted<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound
    {
        var hashes = nodes.Hashes;
        var (best, least) = (-1, double.PositiveInfinity);
        for (var i = 0; i < hashes.Length; i++)
        {
            var unit = ((HashedNodes.Mix(key ^ hashes[i]) >> 11) + 0.5) * (1.0 / (1UL << 53));
            var score = -Math.Log(unit) / nodes.Nodes[i].Weight;
            if (score < least && nodes.Admits<T>(i, context))
            {
                (best, least) = (i, score);
            }
        }

        return best;
    }
}
