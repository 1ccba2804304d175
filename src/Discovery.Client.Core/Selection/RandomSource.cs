using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

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
    private static ulong Scramble(ulong seed)
    {
        var z = seed + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

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
