namespace Discovery.Client.Etcd.Tests.Rules;

public sealed class StoreHistoryTests
{
    private readonly StoreHistory _history = new();
    private int _changes;

    public StoreHistoryTests() => _history.Changed = () => _changes++;

    [Fact]
    public void Observe_LowerRevisionOfTheSameMember_IsAnotherStore()
    {
        Answer(1, 1, 10);
        Answer(1, 1, 9);
        Assert.Equal((1, 1), (_history.Generation, _changes));
        Answer(1, 1, 9);
        Answer(1, 1, 11);
        Assert.Equal(1, _history.Generation);
    }

    [Fact]
    public void Observe_LowerRevisionOfAnotherMember_IsALateMember()
    {
        Answer(1, 1, 10);
        Answer(1, 2, 5);
        Answer(1, 1, 10);
        Assert.Equal(0, _history.Generation);
    }

    [Fact]
    public void Observe_AnswerThatWasAskedForBefore_TellsNothing()
    {
        Answer(1, 1, 5);
        var mark = _history.Mark();
        Answer(1, 1, 10);
        _history.Observe(new() { ClusterId = 1, MemberId = 1, Revision = 7 }, mark);
        Assert.Equal(0, _history.Generation);
    }

    [Fact]
    public void Observe_EventsOutOfOrder_TellNothing()
    {
        Answer(1, 1, 10);
        _history.Observe(new() { ClusterId = 1, MemberId = 1, Revision = 7 }, null);
        Assert.Equal(0, _history.Generation);
    }

    [Fact]
    public void Observe_AnotherCluster_IsAnotherStore()
    {
        Answer(1, 1, 10);
        Answer(2, 1, 11);
        Assert.Equal(1, _history.Generation);
    }

    [Fact]
    public void Observe_AnswerOfTheOldStoreThatArrivesLate_ChangesNothing()
    {
        Answer(1, 1, 10);
        var mark = _history.Mark();
        Answer(2, 1, 1);
        _history.Observe(new() { ClusterId = 1, MemberId = 1, Revision = 10 }, mark);
        Assert.Equal(1, _history.Generation);
    }

    [Fact]
    public void Observe_HeaderWithoutRevision_TellsNothing()
    {
        Answer(1, 1, 10);
        _history.Observe(new(), _history.Mark());
        _history.Observe(null, _history.Mark());
        Assert.Equal(0, _history.Generation);
    }

    private void Answer(ulong cluster, ulong member, long revision) => _history.Observe(new() { ClusterId = cluster, MemberId = member, Revision = revision }, _history.Mark());
}
