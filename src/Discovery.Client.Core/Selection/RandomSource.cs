using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Discovery.Client.Selection;

/// <summary>Where chance comes from. <see cref="Shared"/> is for production and all threads; a seeded one repeats itself and is for one thread.</summary>
/// <remarks>xoroshiro128+ (Blackman and Vigna, 2018); not for secrets.</remarks>
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

    private struct State(ulong a, ulong b)
    {
        private ulong _a = a, _b = b;

        public readonly bool IsUnseeded => (_a | _b) == 0;

        public static State FromSeed(ulong seed) => new(SplitMix(ref seed), SplitMix(ref seed) | 1);

        public ulong Next()
        {
            var (a, b) = (_a, _b);
            var result = a + b;
            b ^= a;
            _a = BitOperations.RotateLeft(a, 24) ^ b ^ (b << 16);
            _b = BitOperations.RotateLeft(b, 37);
            return result;
        }

        private static ulong SplitMix(ref ulong x)
        {
            var z = x += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    private sealed class SeededSource(ulong seed) : RandomSource
    {
        private State _state = State.FromSeed(seed);

        public override ulong NextUInt64() => _state.Next();
    }

    private sealed class ThreadLocalSource : RandomSource
    {
        [ThreadStatic]
        private static State _state;

        public override ulong NextUInt64()
        {
            // One access of thread-static memory, which costs more than the generator; the seeding is apart so that this stays small enough to be inlined.
            ref var state = ref _state;
            return state.IsUnseeded ? Seed(ref state) : state.Next();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is where the system's entropy comes in.")]
        private static ulong Seed(ref State state)
        {
            state = State.FromSeed((ulong)Random.Shared.NextInt64());
            return state.Next();
        }
    }
}
