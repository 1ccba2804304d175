using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Draws an index as often as its weight says, in constant time: one slot at random, then a coin for the slot's own index or its alias.</summary>
/// <remarks>A. J. Walker, ACM TOMS 3(3), 1977; the linear-time construction is M. D. Vose's, IEEE TSE 17(9), 1991.</remarks>
internal sealed class AliasTable
{
    private readonly (uint Own, int Alias)[] _slots;

    /// <param name="nodes">At least one, with weights above 0.</param>
    public AliasTable(ImmutableArray<WeightedNode> nodes)
    {
        _slots = new (uint, int)[nodes.Length];
        var perSlot = nodes.Sum(static node => node.Weight) / nodes.Length;
        var shares = new double[nodes.Length];
        var (poor, rich) = (new Stack<int>(), new Stack<int>());
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = nodes[i].Weight / perSlot;
            (shares[i] < 1 ? poor : rich).Push(i);
            _slots[i] = (uint.MaxValue, i);
        }

        while (poor.TryPop(out var own) && rich.TryPop(out var alias))
        {
            _slots[own] = ((uint)(shares[own] * uint.MaxValue), alias);
            shares[alias] -= 1 - shares[own];
            (shares[alias] < 1 ? poor : rich).Push(alias);
        }
    }

    /// <param name="bits">64 random bits.</param>
    public int Draw(ulong bits)
    {
        var slot = (int)(((bits >> 32) * (ulong)_slots.Length) >> 32);
        var (own, alias) = _slots[slot];
        return (uint)bits <= own ? slot : alias;
    }
}
