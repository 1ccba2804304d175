using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Simulation;

/// <summary>Many of 20 instances fail at once for two minutes; the whole engine on virtual time, as shipped but for what a row says. 100 requests per second.</summary>
public sealed class MassFailureTests
{
    private const int Instances = 20;

    public static IEnumerable<TheoryDataRow<ulong>> Seeds
        => Enumerable.Range(1, 20).Select(seed => new TheoryDataRow<ulong>((ulong)seed));

    /// <summary>As shipped at most a tenth is left out, so that there is no panic; all return when they work again.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void TwoFifthsFail_AsShipped_ATenthIsOutAndNoPanic(ulong seed)
    {
        foreach (var selector in new[] { SelectorNames.PeakEwma, SelectorNames.RoundRobin })
        {
            var run = Run(seed, selector, failing: 8, percent: null);
            Assert.Equal((0, 2), (run.Panics, run.MostOut));
            Assert.Equal(0, run.OutAtTheEnd);
        }
    }

    /// <summary>Without that bound all that fail are out, and still more than half are left.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void TwoFifthsFail_AllMayBeOut_NoneFailsAnyMoreAndNoPanic(ulong seed)
    {
        var run = Run(seed, SelectorNames.RoundRobin, failing: 8, percent: 100);
        Assert.Equal((0, 8), (run.Panics, run.MostOut));
        Assert.Equal(0, run.OutAtTheEnd);

        // While they are out requests fail that try one of them again, one each time.
        Assert.InRange(run.FailedLate, 0, 8 * 4);
    }

    /// <summary>Less than half is left: all are used, once and for as long as it lasts, rather than to and fro.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void ThreeFifthsFail_AllMayBeOut_OnePanicUntilTheyWorkAgain(ulong seed)
    {
        var run = Run(seed, SelectorNames.RoundRobin, failing: 12, percent: 100);
        Assert.Equal(2, run.Panics);
        Assert.Equal(0, run.OutAtTheEnd);
        Assert.InRange(run.FailedLate / (double)run.SentLate, 0.55, 0.65);
    }

    /// <summary>
    /// With half of the instances out Finagle's draws meet only such in less than one of a hundred requests; here none goes there. Nor does what is left pay for it: the one behind those that are out would get
    /// a sixteenth of all requests, were it taken whenever four draws are in vain.
    /// </summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void HalfOut_AnySelector_NoRequestGoesThereAndTheOthersShareAlike(ulong seed)
    {
        foreach (var selector in (string[])[
            SelectorNames.PeakEwma, SelectorNames.LeastRequests, SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.WeightedRoundRobin, SelectorNames.WeightedRandom, SelectorNames.ConsistentHash])
        {
            using var world = World(seed, selector, 100);
            var nodes = world.Catalog.GetOrAdd("orders").View.Nodes;
            for (var i = 0; i < nodes.Length / 2; i++)
            {
                nodes[((int)seed + i) % nodes.Length].Node.IsEjected = true;
            }

            var counts = nodes.Where(node => !node.Node.IsEjected).ToDictionary(node => node.Node, _ => 0);
            for (var i = 0; i < 10_000; i++)
            {
                using var pick = world.Client.TryPick("orders", new PickOptions { HashKey = $"{i}" })!;
                Assert.False(pick.Node.IsEjected, selector);
                counts[pick.Node]++;
            }

            // Keys are not dealt out evenly by chance alone.
            if (selector != SelectorNames.ConsistentHash)
            {
                Assert.All(counts.Values, count => Assert.True(Math.Abs(count - 1000) < 200, $"{selector}: {count} instead of 1000"));
            }
        }
    }

    /// <summary>Half of the first level is listed as down: 70 % stay, 30 % go to the level behind it (Envoy, factor 1.4).</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void HalfOfTheFirstLevelDown_SeventyToThirty(ulong seed)
    {
        using var world = World(seed, SelectorNames.WeightedRandom, null, number => (number < 10 ? 0 : 1, number < 5 ? ServiceStatus.Down : ServiceStatus.Up));
        world.Options.Reload(options => options.Selection.Priority.Metadata = "tier");
        var first = 0;
        for (var i = 0; i < 100_000; i++)
        {
            using var pick = world.Client.TryPick("orders")!;
            first += pick.Instance.Metadata["tier"] == "0" ? 1 : 0;
        }

        Assert.InRange(first / 100_000.0, 0.69, 0.71);
    }

    private static (int Panics, int MostOut, int OutAtTheEnd, int SentLate, int FailedLate) Run(ulong seed, string selector, int failing, int? percent)
    {
        using var world = World(seed, selector, percent);
        var entry = world.Catalog.GetOrAdd("orders");
        var (panics, mostOut, sentLate, failedLate, wasPanicking) = (0, 0, 0, 0, false);
        for (var tenth = 0; tenth < 10 * 600; tenth++)
        {
            var fail = tenth is >= 100 and < 1300;
            for (var i = 0; i < (tenth < 4000 ? 10 : 2); i++)
            {
                using var pick = world.Client.TryPick("orders");
                Assert.NotNull(pick);
                var fails = fail && int.Parse(pick.Instance.InstanceId, System.Globalization.CultureInfo.InvariantCulture) < failing;
                pick.Complete(fails ? RequestOutcome.Failure : RequestOutcome.Success);
                (sentLate, failedLate) = tenth is >= 200 and < 1300 ? (sentLate + 1, failedLate + (fails ? 1 : 0)) : (sentLate, failedLate);
            }

            world.Run(0.1);
            Assert.Equal(Instances, entry.View.Nodes.Length);
            panics += entry.View.IsPanicking != wasPanicking ? 1 : 0;
            wasPanicking = entry.View.IsPanicking;
            mostOut = Math.Max(mostOut, entry.View.Ejected);
        }

        return (panics, mostOut, entry.View.Ejected, sentLate, failedLate);
    }

    private static SimulatedWorld World(ulong seed, string selector, int? percent, Func<int, (int Tier, ServiceStatus Status)>? about = null)
    {
        var backend = new Snapshots.ScriptedBackend();
        var world = new SimulatedWorld(backend, seed);
        world.Options.CurrentValue.Selector = selector;
        world.Options.CurrentValue.Selection.Outlier.MaxEjectedPercent = percent ?? world.Options.CurrentValue.Selection.Outlier.MaxEjectedPercent;
        backend.Push(ServiceSnapshot.Create(Enumerable.Range(0, Instances).Select(number =>
        {
            var (tier, status) = about?.Invoke(number) ?? (0, ServiceStatus.Up);
            var instance = Simulation.Instances.Of("orders", $"{number:00}", 1, status);
            return instance with { Metadata = instance.Metadata.Add("tier", $"{tier}") };
        }), new(1, 1), null));
        world.Catalog.GetOrAdd("orders").Touch();
        world.Run(1);
        return world;
    }
}
