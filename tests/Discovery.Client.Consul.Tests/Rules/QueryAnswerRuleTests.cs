namespace Discovery.Client.Consul.Tests.Rules;

public sealed class QueryAnswerRuleTests
{
    [Theory]
    [InlineData(0, 14, true, false, QueryStep.Take)]
    [InlineData(0, null, null, false, QueryStep.NoIndex)]
    [InlineData(0, 0, null, false, QueryStep.Take)]
    [InlineData(14, 15, true, false, QueryStep.Take)]
    [InlineData(14, 14, true, false, QueryStep.Unchanged)]
    [InlineData(39, 10, true, false, QueryStep.Restart)]
    [InlineData(39, null, true, false, QueryStep.NoIndex)]
    [InlineData(39, 0, true, false, QueryStep.Restart)]
    [InlineData(39, null, false, false, QueryStep.NoLeader)]
    [InlineData(39, 1, false, true, QueryStep.Restart)]
    [InlineData(1, 0, true, false, QueryStep.Unchanged)]
    [InlineData(14, 15, false, true, QueryStep.Take)]
    [InlineData(14, 15, false, false, QueryStep.NoLeader)]
    [InlineData(0, 15, false, false, QueryStep.NoLeader)]
    internal void Decide_Answer_IsWhatItMeans(int asked, int? answered, bool? leader, bool streamed, QueryStep expected)
        => Assert.Equal(expected, QueryAnswerRule.Decide((ulong)asked, (ulong?)answered, leader, streamed));

    [Fact]
    public void Decide_IndexesBeyondDoubles_ComparesThemExactly()
    {
        const ulong Big = 9_223_372_036_854_775_809;
        Assert.Equal(QueryStep.Restart, QueryAnswerRule.Decide(Big, Big - 1, true, false));
        Assert.Equal(QueryStep.Take, QueryAnswerRule.Decide(Big, Big + 1, true, false));
    }

    [Fact]
    public void Effective_NoIndex_IsNeverZero()
    {
        Assert.Equal(1UL, QueryAnswerRule.Effective(0));
        Assert.Equal(1UL, QueryAnswerRule.Effective(null));
        Assert.Equal(7UL, QueryAnswerRule.Effective(7));
    }
}
