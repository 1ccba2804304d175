using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>Where chance comes from. <see cref="Shared"/> is for production and all threads; a seeded one repeats itself and is for one thread.</summary>
/// <remarks>A generator per thread, of 64 bits of state (wyrand, Wang Yi, 2019); not for secrets.</remarks>
public abstract class RandomSource
{
    /// <summary>A generator per thread, seeded by the system.</summary>
    public static RandomSource Shared { get; } = new ThreadLocalSource();

    /// <summary>A generator that yields the same sequence for the same seed. Not safe for several threads at once.</summary>
    /// <param name="seed">The seed.</param>
    public static RandomSource Create(ulong seed) => new SeededSource(seed);

    /// <summary>The next 64 random bits.</summary>
    public abstract ulong NextUInt64();

    /// <summary>A number from 0 to below the bound.</summary>
    /// <param name="exclusiveMax">The bound, at least 1.</param>
    public int Next(int exclusiveMax) => (int)(((NextUInt64() >> 32) * (ulong)exclusiveMax) >> 32);

    /// <summary>A number from 0 to below 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    // Wang Yi's wyrand: one word of state, which a thread has at hand faster than two, and one multiplication.
    private static ulong Next(ref ulong state)
    {
        var seed = state += 0xA0761D6478BD642F;
        var high = Math.BigMul(seed, seed ^ 0xE7037ED1A0B428DB, out var low);
        return high ^ low;
    }

    // Seeds that are near each other would begin alike otherwise.
    private static ulong Scramble(ulong seed) => SplitMix64.Mix(seed + SplitMix64.Gamma);

    private sealed class SeededSource(ulong seed) : RandomSource
    {
        private ulong _state = Scramble(seed);

        public override ulong NextUInt64() => Next(ref _state);
    }

    private sealed class ThreadLocalSource : RandomSource
    {
        [ThreadStatic]
        private static ulong _state;

        public override ulong NextUInt64()
        {
            // One access of thread-static memory, which costs more than the generator; the seeding is apart so that this stays small enough to be inlined.
            ref var state = ref _state;
            return state == 0 ? Seed(ref state) : Next(ref state);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is where the system's entropy comes in.")]
        private static ulong Seed(ref ulong state)
        {
            state = Scramble((ulong)Random.Shared.NextInt64());
            return Next(ref state);
        }
    }
}
