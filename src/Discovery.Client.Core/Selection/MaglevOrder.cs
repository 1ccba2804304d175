namespace Discovery.Client.Selection;

internal readonly struct MaglevOrder : IKeyOrder
{
    // So many nodes without room in a row are rare unless nearly all are.
    private const int Jumps = 32;

    private readonly HashedNodes _nodes;
    private readonly int[] _table;

    public MaglevOrder(HashedNodes nodes, int size)
    {
        _nodes = nodes;
        _table = Fill(nodes, size);
    }

    // Whose place has no room is sent to another one that the key alone decides, and not to a neighbour, which would be the next to have none (Chen, Coleman and Shrivastava, "random jump", arXiv 1908.08762).
    public int First<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound
    {
        for (var i = 0; i < Jumps; i++)
        {
            var index = _table[Math.BigMul(key, (ulong)_table.Length, out _)];
            if (_nodes.Admits<T>(index, context))
            {
                return index;
            }

            key = HashedNodes.Mix(key + 1);
        }

        return Scan<T>(_table[Math.BigMul(key, (ulong)_table.Length, out _)], context);
    }

    private int Scan<T>(int start, in PickContext context)
        where T : struct, ILoadBound
    {
        for (var i = 0; i < _nodes.Nodes.Length; i++)
        {
            var index = (start + i) % _nodes.Nodes.Length;
            if (_nodes.Admits<T>(index, context))
            {
                return index;
            }
        }

        return -1;
    }

    // Each node has an order of its own over all places; in turn each takes the next free one of its order, as often as its weight says.
    private static int[] Fill(HashedNodes nodes, int size)
    {
        var table = new int[size];
        Array.Fill(table, -1);
        var count = nodes.Nodes.Length;
        var (next, steps, taken) = (new long[count], new long[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            next[i] = (long)(nodes.Hashes[i] % (ulong)size);
            steps[i] = (long)(HashedNodes.Mix(nodes.Hashes[i]) % (ulong)(size - 1)) + 1;
        }

        var greatest = nodes.Nodes.Max(static node => node.Weight);
        for (var (round, filled) = (1, 0); filled < size; round++)
        {
            for (var i = 0; i < count && filled < size; i++)
            {
                if (taken[i] >= round * (nodes.Nodes[i].Weight / greatest))
                {
                    continue;
                }

                while (table[next[i]] >= 0)
                {
                    next[i] = (next[i] + steps[i]) % size;
                }

                table[next[i]] = i;
                taken[i]++;
                filled++;
            }
        }

        return table;
    }
}
