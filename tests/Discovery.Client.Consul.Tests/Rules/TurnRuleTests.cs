namespace Discovery.Client.Consul.Tests.Rules;

public sealed class TurnRuleTests
{
    [Theory]
    [InlineData(1, 64, 30_000)]
    [InlineData(64, 64, 30_000)]
    [InlineData(128, 64, 5_000)]
    [InlineData(1_000, 64, 640)]
    [InlineData(100_000, 64, 200)]
    public void Wait_WatchesAndSlots_EachComesUpOnceInACycle(int watches, int slots, int expectedMs)
        => Assert.Equal(expectedMs, TurnRule.Wait(watches, slots, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)).TotalMilliseconds, 0.001);

    [Fact]
    public void Wait_LongCycle_IsNeverLongerThanTheWaitAlone()
        => Assert.Equal(TimeSpan.FromSeconds(2), TurnRule.Wait(65, 64, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5)));

    [Fact]
    public void Deadline_ServerMayAddASixteenth_IsLater()
        => Assert.Equal(TimeSpan.FromSeconds(34 + 10), TurnRule.Deadline(TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(10)));
}
