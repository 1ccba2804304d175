using Google.Protobuf;

namespace Discovery.Client.Etcd.Tests.Registering;

public sealed class ProcessLeaseTests
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("/services/s/a");

    [Fact]
    public void Holds_ReleasedOrPutAgainSince_IsNotWhatWasLookedFor()
    {
        var lease = Held(revision: 5);
        var seen = Assert.Single(lease.Wanted(unseenOnly: false));
        Assert.True(lease.Holds(seen));

        lease.Release(Key);

        Assert.False(lease.Holds(seen));
        Put(lease, revision: 7);
        Assert.False(lease.Holds(seen));
    }

    /// <summary>A change of a registration shows another revision before its answer is here.</summary>
    [Fact]
    public void Holds_WhileItIsPutAgain_IsNotWhatWasLookedFor()
    {
        var lease = Held(revision: 5);
        var seen = Assert.Single(lease.Wanted(unseenOnly: false));
        Assert.True(lease.TryEnter());
        lease.BeginPut(Key);
        Assert.False(lease.Holds(seen));

        lease.Doubt(Key);
        lease.Leave(Key, revision: null);

        Assert.False(lease.Holds(seen));
        Assert.Equal(ProcessLease.UnknownRevision, Assert.Single(lease.Wanted(unseenOnly: false)).Value);
    }

    [Fact]
    public async Task TryBeginSweep_KeyThatIsPutMeanwhile_WaitsForTheEnd()
    {
        var lease = new ProcessLease(1, TimeSpan.FromSeconds(9), new());
        Assert.True(lease.TryBeginSweep(Key));
        lease.BeginPut(Key);
        var wait = lease.WaitForSweepAsync(Key, TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);
        Assert.False(lease.TryBeginSweep(Key));

        lease.EndSweep(Key);

        await wait;
        Assert.False(lease.TryBeginSweep(Key));
        Assert.True(lease.WaitForSweepAsync(Key, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    [Fact]
    public void Wanted_AFullLookThatDidNotComeToTheEnd_GoesOnThere()
    {
        var lease = Held(revision: 5);
        KeyValuePair<ByteString, long>[] rest = [new(ByteString.CopyFromUtf8("/services/s/rest"), 4)];
        lease.Unseen(rest);
        Assert.Equal(rest, lease.Wanted(unseenOnly: true));
        Assert.Equal(Key, Assert.Single(lease.Wanted(unseenOnly: false)).Key);
        lease.Unseen([]);
        Assert.Equal(Key, Assert.Single(lease.Wanted(unseenOnly: true)).Key);
    }

    [Fact]
    public void IsExpected_WhileItIsPutAndWhileItIsHeld()
    {
        var lease = new ProcessLease(1, TimeSpan.FromSeconds(9), new());
        Assert.True(lease.TryEnter());
        Assert.False(lease.IsExpected(Key));
        lease.BeginPut(Key);
        Assert.True(lease.IsExpected(Key));
        lease.Leave(Key, 3);
        Assert.True(lease.IsExpected(Key));
        lease.Release(Key);
        Assert.False(lease.IsExpected(Key));
    }

    [Fact]
    public void IsExpected_RecordOfTheGroupBefore_ForTwiceTheTimeToLive()
    {
        var lease = new ProcessLease(1, TimeSpan.FromSeconds(9), new(), Held(revision: 5).Legacy());
        for (var i = 0; i < 6; i++)
        {
            Assert.True(lease.IsExpected(Key));
            Assert.Contains(Key, lease.Legacy());
            lease.NextCheck();
        }

        Assert.False(lease.IsExpected(Key));
        Assert.Empty(lease.Legacy());
    }

    [Fact]
    public void NextCheck_EachThirdInFull_AndWhatIsOwedAtOnce()
    {
        var lease = Held(revision: 5);
        Assert.Equal([LeaseCheck.None, LeaseCheck.None, LeaseCheck.Full, LeaseCheck.None], Enumerable.Range(0, 4).Select(_ => lease.NextCheck()));
        lease.Owe(LeaseCheck.Full);
        lease.Owe(LeaseCheck.Keys);
        Assert.Equal(LeaseCheck.Full, lease.NextCheck());
        Assert.Equal(LeaseCheck.Full, lease.NextCheck());
        Assert.Equal(LeaseCheck.None, lease.NextCheck());
    }

    private static ProcessLease Held(long revision)
    {
        var lease = new ProcessLease(1, TimeSpan.FromSeconds(9), new());
        Put(lease, revision);
        return lease;
    }

    private static void Put(ProcessLease lease, long revision)
    {
        Assert.True(lease.TryEnter());
        lease.BeginPut(Key);
        Assert.False(lease.Leave(Key, revision));
    }
}
