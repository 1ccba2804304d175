using System.Numerics;
using System.Runtime.CompilerServices;

namespace Discovery.Client.Internal;

/// <summary>The groups in which threads count, each in memory of its own: a counter that all write would cost more than what is counted.</summary>
internal static class ThreadGroups
{
    /// <summary>How many there are.</summary>
    public static readonly int Count = (int)Math.Min(16, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) * 2);

    /// <summary>The group of this thread, from 1 to <see cref="Count"/>.</summary>
    public static int Mine => Kept.Get();

    // Sooner found than the thread's number. In a class of its own, since that of Count would have to be initialized each time.
    private static class Kept
    {
        [ThreadStatic]
        private static int _group;

        public static int Get()
        {
            var group = _group;
            return group == 0 ? Take() : group;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static int Take() => _group = (Environment.CurrentManagedThreadId & (Count - 1)) + 1;
    }
}
