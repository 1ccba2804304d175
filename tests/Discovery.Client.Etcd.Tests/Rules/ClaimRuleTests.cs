namespace Discovery.Client.Etcd.Tests.Rules;

public sealed class ClaimRuleTests
{
    [Theory]
    [InlineData(true, false, true, true, "Keep")]
    [InlineData(true, false, false, true, "Replace")]
    [InlineData(true, false, false, false, "Replace")]
    [InlineData(false, true, true, true, "Replace")]
    [InlineData(false, true, false, false, "Replace")]
    [InlineData(false, false, true, true, "Replace")]
    [InlineData(false, false, false, true, "Replace")]
    [InlineData(false, false, false, false, "Refuse")]
    public void Decide_ByLeaseAndAddress(bool own, bool former, bool same, bool address, string expected)
        => Assert.Equal(expected, ClaimRule.Decide(own, former, same, address).ToString());
}
