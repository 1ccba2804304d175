using System.Globalization;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

/// <summary>The vectors are those of Envoy's documentation of priority levels.</summary>
public sealed class SpillOverTests
{
    [Theory]
    [InlineData("1 1", "1 0")]
    [InlineData("0.72 0.72", "1 0")]
    [InlineData("0.71 0.71", "0.994 0.006")]
    [InlineData("0.5 1", "0.7 0.3")]
    [InlineData("0.25 0.65", "0.35 0.65")]
    [InlineData("0.25 0.25", "0.5 0.5")]
    [InlineData("0.05 0.65", "0.07143 0.92857")]
    [InlineData("0.2 0.2 0.1", "0.4 0.4 0.2")]
    [InlineData("0.2 0.2 0.2", "0.33333 0.33333 0.33333")]
    [InlineData("0 0.5 1", "0 0.7 0.3")]
    [InlineData("0.5 0.1 0.05 1", "0.7 0.14 0.07 0.09")]
    [InlineData("0 0", "0 0")]
    [InlineData("1", "1")]
    public void Split_Abilities_FirstOnesTakeWhatTheyCan(string abilities, string parts)
        => Assert.Equal(Numbers(parts), SpillOver.Split([.. Numbers(abilities)], 1.4).Select(part => Math.Round(part, 5)));

    [Theory]
    [InlineData(10, 10, 50, false)]
    [InlineData(5, 10, 50, false)]
    [InlineData(4, 10, 50, true)]
    [InlineData(1, 3, 50, true)]
    [InlineData(1, 2, 50, false)]
    [InlineData(1, 10, 0, false)]
    [InlineData(0, 10, 0, true)]
    [InlineData(9, 10, 100, true)]
    [InlineData(10, 10, 100, false)]
    [InlineData(0, 0, 50, false)]
    public void Panic_FewerThanTheThreshold_Holds(int available, int all, int threshold, bool holds) => Assert.Equal(holds, PanicRule.Holds(available, all, threshold));

    private static IEnumerable<double> Numbers(string text) => text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture));
}
