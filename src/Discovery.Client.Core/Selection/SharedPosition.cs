using System.Runtime.InteropServices;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>
/// Where a service's pickers are in their sequence. One counter, so that calls go strictly one after the other, until threads collide on it; from then on one counter per group of threads, each with a start
/// of its own: a counter that two cores write costs both several times what a pick does. Unsigned, so that running over is harmless.
/// </summary>
internal sealed class SharedPosition
{
    // 128 bytes, since processors fetch cache lines in pairs.
    private const int Stride = 32;
    private const int Patience = 16;

    private readonly uint[] _counters = new uint[Stride * (ThreadGroups.Count + 2)];
    private AloneInItsLines _one;
    private int _collisions;

    public SharedPosition(RandomSource random)
    {
        _one.Value = (uint)random.NextUInt64();
        for (var i = Stride; i < _counters.Length; i += Stride)
        {
            _counters[i] = (uint)random.NextUInt64();
        }
    }

    public uint Next()
    {
        if (_collisions < Patience)
        {
            var value = Volatile.Read(ref _one.Value);
            if (Interlocked.CompareExchange(ref _one.Value, value + 1, value) == value)
            {
                return value + 1;
            }

            _collisions++;
        }

        // Not interlocked: two threads of one group that meet here take the same position once, which is cheaper than that none ever does.
        return ++_counters[ThreadGroups.Mine * Stride];
    }

    [StructLayout(LayoutKind.Explicit, Size = 2 * Stride * sizeof(uint))]
    private struct AloneInItsLines
    {
        [FieldOffset(Stride * sizeof(uint))]
        public uint Value;
    }
}
