namespace Discovery.Client.Internal;

/// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): numbers that differ in one bit have nothing to do with each other afterwards.</summary>
internal static class SplitMix64
{
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
