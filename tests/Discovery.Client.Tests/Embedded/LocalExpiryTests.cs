using Discovery.Client.Embedded;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class LocalExpiryTests
{
    private static readonly DateTime Wall = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Steady clock at 100 s, time to live 15 s; ages and last looks in seconds.</summary>
    [Theory]
    [InlineData(0, null, 115)] // just beaten
    [InlineData(5, null, 110)] // found when it was 5 s old
    [InlineData(40, null, 75)] // dead when it was found
    [InlineData(-3600, null, 115)] // from the future: the wall clock was set back
    [InlineData(3, 95.0, 112)] // beaten since the last look, 3 s ago
    [InlineData(3600, 95.0, 110)] // beaten since the last look, then the wall clock was set forward
    [InlineData(-3600, 95.0, 115)]
    public void Deadline_AgeAndLastLook_Decide(double age, double? lastLook, double expected)
        => Assert.Equal(
            TimeSpan.FromSeconds(expected),
            LocalExpiry.Deadline(TimeSpan.FromSeconds(100), Wall, Wall.AddSeconds(-age), TimeSpan.FromSeconds(15), lastLook is { } look ? TimeSpan.FromSeconds(look) : null));
}
