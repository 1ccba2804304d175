using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class SnapshotAcceptanceTests
{
    [Theory]
    [InlineData(5, "a", null, false, true, nameof(Acceptance.Accept))]
    [InlineData(5, "a", 4, true, true, nameof(Acceptance.Accept))]
    [InlineData(5, "a", 5, true, true, nameof(Acceptance.Accept))]
    [InlineData(5, "a", 6, true, true, nameof(Acceptance.RejectOlder))]
    [InlineData(5, "a", null, true, true, nameof(Acceptance.Accept))]
    [InlineData(5, "", null, false, true, nameof(Acceptance.Accept))]
    [InlineData(5, "", null, true, true, nameof(Acceptance.Hold))]
    [InlineData(5, "", 4, true, true, nameof(Acceptance.Hold))]
    [InlineData(5, "", 6, true, true, nameof(Acceptance.RejectOlder))]
    [InlineData(5, "", 4, true, false, nameof(Acceptance.Accept))]
    public void Answer_IsDecidedByVersionAndContent(int number, string ids, int? seen, bool hasInstances, bool holds, string expected)
    {
        var incoming = Instances.List((ulong)number, ids.Split(',', StringSplitOptions.RemoveEmptyEntries));
        SnapshotVersion? newest = seen is { } value ? new(1, (ulong)value) : null;
        Assert.Equal(expected, SnapshotAcceptance.Decide(incoming, null, newest, hasInstances, holds).ToString());
    }

    [Fact]
    public void Answer_OfAnotherEpoch_IsNeverOlder()
        => Assert.Equal(Acceptance.Accept, SnapshotAcceptance.Decide(Instances.List(1, "a"), null, new SnapshotVersion(9, 100), true, true));

    [Fact]
    public void Answer_ThatIsTheList_Confirms()
    {
        var list = Instances.List(1, "a");
        Assert.Equal(Acceptance.Confirm, SnapshotAcceptance.Decide(list, list, list.Version, true, true));
    }

    [Fact]
    public void Answer_WithoutVersions_IsTaken()
        => Assert.Equal(Acceptance.Accept, SnapshotAcceptance.Decide(Instances.List(default(SnapshotVersion), null, "b"), Instances.List(default(SnapshotVersion), null, "a"), default(SnapshotVersion), true, true));

    [Theory]
    [InlineData(null, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Break_IsANewSessionOrOtherNumbers(int? seenEpoch, bool expected)
        => Assert.Equal(expected, SnapshotAcceptance.IsBreak(new(1, 7), seenEpoch is { } epoch ? new SnapshotVersion((ulong)epoch, 3) : null));

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(false, 29.9, true)]
    [InlineData(false, 30.0, false)]
    public void Emptying_IsAfterABreak_ForTheTimeThatAListMayBeHeld(bool isBreak, double? since, bool expected)
        => Assert.Equal(expected, EmptyingRule.IsAfterBreak(isBreak, since is { } value ? TimeSpan.FromSeconds(value) : null, TimeSpan.FromSeconds(30)));

    [Theory]
    [InlineData(0, false, nameof(ConfirmingRead.Empty), nameof(EmptyingVerdict.Obey))]
    [InlineData(0, true, nameof(ConfirmingRead.Empty), nameof(EmptyingVerdict.Hold))]
    [InlineData(29.9, true, nameof(ConfirmingRead.Empty), nameof(EmptyingVerdict.Hold))]
    [InlineData(30, true, nameof(ConfirmingRead.Empty), nameof(EmptyingVerdict.Obey))]
    [InlineData(0, false, nameof(ConfirmingRead.Failed), nameof(EmptyingVerdict.Hold))]
    [InlineData(30, false, nameof(ConfirmingRead.Failed), nameof(EmptyingVerdict.Obey))]
    [InlineData(0, false, nameof(ConfirmingRead.Unavailable), nameof(EmptyingVerdict.Hold))]
    [InlineData(30, true, nameof(ConfirmingRead.Unavailable), nameof(EmptyingVerdict.Obey))]
    [InlineData(0, false, nameof(ConfirmingRead.Instances), nameof(EmptyingVerdict.Refute))]
    [InlineData(31, true, nameof(ConfirmingRead.Instances), nameof(EmptyingVerdict.Refute))]
    public void Emptying_IsDecidedByReadBreakAndTime(double held, bool afterBreak, string read, string expected)
        => Assert.Equal(expected, EmptyingRule.Decide(TimeSpan.FromSeconds(held), TimeSpan.FromSeconds(30), afterBreak, Enum.Parse<ConfirmingRead>(read)).ToString());
}
