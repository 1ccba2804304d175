namespace Discovery.Client.Consul.Tests.Rules;

public sealed class EmptyListRuleTests
{
    [Theory]
    [InlineData(false, false, null, null, null)]
    [InlineData(true, false, true, true, null)]
    [InlineData(true, true, null, null, "lacks rights")]
    [InlineData(false, true, null, null, "lacks rights")]
    [InlineData(true, false, false, null, "service:read")]
    [InlineData(true, false, null, null, "service:read")]
    [InlineData(true, false, true, false, "node:read")]
    [InlineData(true, false, true, null, "node:read")]
    [InlineData(null, false, null, null, "service:read")]
    public void Doubt_Evidence_OnlyFullEvidenceIsBelieved(bool? acls, bool filtered, bool? mayRead, bool? nodes, string? doubt)
    {
        var found = EmptyListRule.Doubt(new(acls, filtered, mayRead, nodes));
        Assert.Equal(doubt is null, found is null);
        Assert.Contains(doubt ?? "", found ?? "", StringComparison.Ordinal);
    }
}
