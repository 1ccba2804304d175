namespace Discovery.Client.Selection;

internal readonly struct RingOrder : IKeyOrder
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private readonly HashedNodes _nodes;
    private readonly ulong[] _points;
    private readonly int[] _owners;

    public RingOrder(HashedNodes nodes, int pointsPerNode)
    {
        _nodes = nodes;

        // By the greatest, not by the mean: the others keep their points while the weight of one that starts slowly grows.
        var greatest = nodes.Nodes.Max(static node => node.Weight);
        var (points, owners) = (new List<ulong>(), new List<int>());
        for (var i = 0; i < nodes.Nodes.Length; i++)
        {
            var count = Math.Max(1, Math.Round(pointsPerNode * nodes.Nodes[i].Weight / greatest));
            for (var j = 1UL; j <= count; j++)
            {
                points.Add(HashedNodes.Mix(nodes.Hashes[i] + (j * Step)));
                owners.Add(i);
            }
        }

        (_points, _owners) = ([.. points], [.. owners]);
        Array.Sort(_points, _owners);
    }

    public int First<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound
    {
        var start = Array.BinarySearch(_points, key);
        start = start < 0 ? ~start : start;
        for (var i = 0; i < _points.Length; i++)
        {
            var at = start + i;
            var index = _owners[at < _points.Length ? at : at - _points.Length];
            if (_nodes.Admits<T>(index, context))
            {
                return index;
            }
        }

        return -1;
    }
}
