namespace Discovery.Client.Etcd.Tests.Rules;

public sealed class ClaimRuleTests
{
    [Theory]
    [InlineData("Own", true, true, true, true, "Keep")]
    [InlineData("Own", true, true, true, false, "Keep")]
    [InlineData("Own", false, true, true, true, "Replace")]
    [InlineData("Own", false, false, false, false, "Replace")]
    [InlineData("Former", true, true, true, true, "Replace")]
    [InlineData("Former", false, true, false, false, "Replace")]
    [InlineData("None", false, false, false, false, "Replace")]
    [InlineData("None", false, true, true, false, "Replace")]
    [InlineData("None", false, true, false, true, "Replace")]
    [InlineData("None", false, true, false, false, "Refuse")]
    [InlineData("Foreign", true, true, true, false, "Replace")]
    [InlineData("Foreign", false, true, true, false, "Replace")]
    [InlineData("Foreign", true, true, true, true, "Refuse")]
    [InlineData("Foreign", false, true, false, false, "Refuse")]
    [InlineData("Foreign", false, true, false, true, "Refuse")]
    [InlineData("Foreign", false, false, false, false, "Refuse")]
    [InlineData("Foreign", false, false, false, true, "Refuse")]
    public void Decide_ByLeaseAddressAndPast(string lease, bool same, bool readable, bool address, bool held, string expected)
        => Assert.Equal(expected, ClaimRule.Decide(Enum.Parse<KeyLease>(lease), same, readable, address, held).ToString());
}
