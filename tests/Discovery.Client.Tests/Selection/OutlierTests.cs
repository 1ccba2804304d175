using System.Collections.Immutable;
using System.Globalization;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class OutlierTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly OutlierOptions _options = new() { Enabled = true };

    // Each instance: failures in a row / successes / failures, and a star if it is out.
    [Theory]
    [InlineData("5/0/5 0/9/0 0/9/0", false, "0")]
    [InlineData("4/0/4 0/9/0 0/9/0", false, "")]
    [InlineData("5/0/5 7/0/7 0/9/0", false, "0")]
    [InlineData("5/0/5 0/0/0* 0/9/0", false, "")]
    [InlineData("9/0/9", false, "")]
    [InlineData("0/100/0 0/100/0 0/100/0 0/100/0 0/100/0 0/90/10", true, "5")]
    [InlineData("0/100/0 0/100/0 0/100/0 0/100/0 0/100/0 0/90/10", false, "")]
    [InlineData("0/99/0 0/99/0 0/99/0 0/99/0 0/99/0 0/89/10", true, "")]
    [InlineData("0/90/10 0/91/9 0/90/10 0/89/11 0/90/10", true, "")]
    [InlineData("0/50/0 0/50/0 0/50/0 0/50/0 0/7/43", true, "4")]
    [InlineData("0/50/0 0/50/0 0/50/0 0/50/0 0/8/42", true, "")]
    [InlineData("0/50/0 0/50/0 0/50/0 0/7/43", true, "")]
    public void Decide_Samples_Ejects(string samples, bool compare, string expected)
        => Assert.Equal(expected, string.Join(',', OutlierRule.Decide([.. samples.Split(' ').Select(Parse)], _options, compare)));

    [Theory]
    [InlineData(30, 10, 3)]
    [InlineData(5, 10, 1)]
    [InlineData(5, 0, 1)]
    [InlineData(4, 100, 3)]
    public void Decide_AllFail_NoMoreThanAllowed(int instances, int percent, int ejected)
    {
        _options.MaxEjectedPercent = percent;
        Assert.Equal(ejected, OutlierRule.Decide([.. Enumerable.Repeat(new OutlierSample(9, 0, 9, false), instances)], _options, false).Count);
    }

    /// <summary>The part that may be out does not hold for what cannot be reached. Where nobody is reached, it may be this machine that is cut off.</summary>
    [Theory]
    [InlineData(10, 4, 4)]
    [InlineData(10, 9, 9)]
    [InlineData(10, 10, 1)]
    [InlineData(2, 2, 1)]
    public void Decide_ManyUnreachable_AllWhileOthersAreReached(int instances, int unreachable, int ejected)
        => Assert.Equal(ejected, OutlierRule.Decide([.. Enumerable.Range(0, instances).Select(i => i < unreachable ? new OutlierSample(5, 0, 5, false, 5) : new(0, 5, 0, false))], _options, false).Count);

    [Theory]
    [InlineData("unreachable failing unreachable failing failing fine", "0,1,2")]
    [InlineData("failing unreachable failing fine", "0,1")]
    [InlineData("out failing failing fine", "1")]
    [InlineData("ejected failing unreachable fine", "2")]
    public void Decide_UnreachableAndFailing_OnlyTheLatterAreHeldToTheirPart(string samples, string expected)
        => Assert.Equal(expected, string.Join(',', OutlierRule.Decide([.. samples.Split(' ').Select(sample => sample switch
        {
            "unreachable" => new OutlierSample(5, 0, 5, false, 5),
            "failing" => new OutlierSample(5, 5, 5, false),
            "out" => new OutlierSample(0, 0, 0, true, 0, true),
            "ejected" => new OutlierSample(0, 0, 0, true),
            _ => new OutlierSample(0, 5, 0, false),
        })], _options, false)));

    [Theory]
    [InlineData(1, 0, 30)]
    [InlineData(3, 0, 90)]
    [InlineData(50, 0, 300)]
    [InlineData(1, 0.5, 33)]
    public void TimeOut_Times_Grows(int times, double chance, double seconds) => Assert.Equal(seconds, OutlierRule.TimeOut(times, _options, chance).TotalSeconds, 1e-9);

    [Fact]
    public void Sweep_FailingNode_ReturnsWithOneProbe()
    {
        var (sweep, nodes, node) = Ejected();
        Assert.True(node.IsEjected);
        _clock.Advance(TimeSpan.FromSeconds(29));
        Run(sweep, nodes);
        Assert.True(node.IsEjected);

        _clock.Advance(TimeSpan.FromSeconds(8));
        Run(sweep, nodes);
        Assert.False(node.IsEjected);
        node.BeginRequest();
        Assert.True(node.IsEjected);
        node.EndRequest(RequestOutcome.Canceled);
        Assert.False(node.IsEjected);

        Request(node, RequestOutcome.Failure);
        Run(sweep, nodes);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Run(sweep, nodes);
        Assert.True(node.IsEjected);

        _clock.Advance(TimeSpan.FromSeconds(14));
        Run(sweep, nodes);
        Request(node, RequestOutcome.Success);
        Assert.False(node.IsEjected);
        Run(sweep, nodes);
        Assert.Null(node.Outlier!.Until);
    }

    [Fact]
    public void Sweep_SwitchedOff_AllReturn()
    {
        var nodes = Nodes.Of(3);
        var sweep = new OutlierSweep("greeter", _clock, RandomSource.Create(1), NullLogger.Instance);
        Run(sweep, nodes);
        for (var i = 0; i < 5; i++)
        {
            Request(nodes[0].Node, RequestOutcome.NotSent);
        }

        Run(sweep, nodes);
        Assert.True(nodes[0].Node.IsEjected);
        _options.Enabled = false;
        Run(sweep, nodes);
        Assert.False(nodes[0].Node.IsEjected);
    }

    /// <summary>An old request may end in any way while the probe is under way: it tells nothing of whether the instance works again.</summary>
    [Theory]
    [InlineData(RequestOutcome.Success)]
    [InlineData(RequestOutcome.Failure)]
    [InlineData(RequestOutcome.Canceled)]
    public async Task Probe_OlderRequestEnds_DecidesNothing(RequestOutcome outcome)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options => options.Selection.Outlier.Enabled = false);
        var client = world.Provider.GetRequiredService<IDiscoveryClient>();
        using var older = await client.PickAsync("greeter", cancellationToken: TestContext.Current.CancellationToken);
        older.Node.Eject();
        older.Node.AllowProbe();
        using var probe = client.TryPick("greeter")!;

        older.Complete(outcome);

        Assert.Equal(ProbeState.UnderWay, probe.Node.Probe);
        Assert.True(probe.Node.IsEjected);
        probe.Complete(RequestOutcome.Success);
        Assert.False(probe.Node.IsEjected);
        Assert.Equal(ProbeState.Succeeded, probe.Node.Probe);
    }

    /// <summary>A request that is never said to have ended, or that lasts for a day, does not keep the instance out for ever.</summary>
    [Fact]
    public void Sweep_ProbeDoesNotEnd_AnotherIsAllowed()
    {
        var (sweep, nodes, node) = Ejected();
        _clock.Advance(TimeSpan.FromSeconds(37));
        Run(sweep, nodes);
        node.BeginRequest();
        for (var i = 0; i < 30; i++)
        {
            Run(sweep, nodes);
            Assert.True(node.IsEjected);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Run(sweep, nodes);
        Assert.False(node.IsEjected);
        Request(node, RequestOutcome.Success);
        Run(sweep, nodes);
        Assert.False(node.IsEjected);
        Assert.Null(node.Outlier!.Until);
    }

    /// <summary>One that stands by for others is asked for nothing, so that no request finds out whether it works again; while it counted as out, no other could be taken out.</summary>
    [Fact]
    public void Sweep_NobodyAsksTheOneThatMayReturn_TakesPartAgain()
    {
        var (sweep, nodes, standBy) = Ejected();
        Fail(standBy);
        _clock.Advance(TimeSpan.FromSeconds(37));
        Run(sweep, nodes);
        Fail(nodes[1].Node);
        Run(sweep, nodes);
        Assert.False(nodes[1].Node.IsEjected);

        for (var i = 0; i < 10; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Run(sweep, nodes);
        }

        Assert.Null(standBy.Outlier!.Until);
        Assert.False(standBy.IsEjected);
        Assert.True(nodes[1].Node.IsEjected);
    }

    private void Run(OutlierSweep sweep, ImmutableArray<WeightedNode> nodes) => sweep.Run(nodes, [.. nodes.Select(node => node.Node)], _options);

    /// <summary>Three instances and a sweep that has just thrown out the first for five failures in a row.</summary>
    private (OutlierSweep Sweep, ImmutableArray<WeightedNode> Nodes, ServiceNode Node) Ejected()
    {
        var nodes = Nodes.Of(3);
        var node = nodes[0].Node;
        var sweep = new OutlierSweep("greeter", _clock, RandomSource.Create(1), NullLogger.Instance);
        Run(sweep, nodes);
        Fail(node);
        Run(sweep, nodes);
        return (sweep, nodes, node);
    }

    private static void Fail(ServiceNode node)
    {
        for (var i = 0; i < 5; i++)
        {
            Request(node, RequestOutcome.Failure);
        }
    }

    private static void Request(ServiceNode node, RequestOutcome outcome)
    {
        node.BeginRequest();
        node.EndRequest(outcome);
    }

    private static OutlierSample Parse(string text)
    {
        var numbers = text.TrimEnd('*').Split('/').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return new(numbers[0], numbers[1], numbers[2], text.EndsWith('*'));
    }
}
