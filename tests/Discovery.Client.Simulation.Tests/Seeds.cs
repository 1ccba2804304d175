using Xunit;

namespace Discovery.Client.Simulation.Tests;

/// <summary>The seeds 1 to 20. Where a run takes long, the first ones are for every build and the others for the long form.</summary>
public static class Seeds
{
    private const int Count = 20;

    /// <summary>All in every build.</summary>
    public static IEnumerable<TheoryDataRow<ulong>> All => Take(Count);

    /// <summary>Some in every build.</summary>
    public static IEnumerable<TheoryDataRow<ulong>> Some => Take(3);

    /// <summary>One in every build.</summary>
    public static IEnumerable<TheoryDataRow<ulong>> One => Take(1);

    private static IEnumerable<TheoryDataRow<ulong>> Take(int always)
        => Enumerable.Range(1, Count).Select(seed => seed <= always ? new TheoryDataRow<ulong>((ulong)seed) : new TheoryDataRow<ulong>((ulong)seed).WithTrait("Category", "Long"));
}
