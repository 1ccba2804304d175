using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class PeakEwmaTests
{
    private static readonly PeakEwmaSelector Selector = new();

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Latency_NothingKnown_Null() => Assert.Null(Measured(1)[0].Node.LatencyAt(Now));

    [Fact]
    public void Latency_NoSelectorAsked_Null()
    {
        var node = Nodes.One(1);
        node.Observe(RequestOutcome.Success, 0, 1000);

        Assert.Null(node.LatencyAt(1000));
    }

    [Fact]
    public void Latency_Peak_CountsAtOnce()
    {
        var node = Measured(1)[0].Node;
        Answer(node, 10);
        Answer(node, 300);

        Assert.Equal(300, Milliseconds(node), 0.01);
    }

    [Fact]
    public void Latency_LessThanBefore_MovesTheAverageByTheTimeThatPassed()
    {
        var node = Measured(1)[0].Node;
        Answer(node, 300);
        _clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(100));
        Answer(node, 100);

        var left = Math.Exp(-0.5);
        Assert.Equal((300 * left) + (100 * (1 - left)), Milliseconds(node), 0.01);
    }

    [Fact]
    public void Latency_NothingLearned_DecaysByEInTheDecayTime()
    {
        var node = Measured(1)[0].Node;
        Answer(node, 300);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(300 / Math.E, Milliseconds(node), 0.01);
    }

    [Fact]
    public void Latency_AfterALongTime_IsTheNextAnswers()
    {
        var node = Measured(1)[0].Node;
        Answer(node, 300);
        _clock.Advance(TimeSpan.FromDays(400));
        Answer(node, 2);

        Assert.Equal(2, Milliseconds(node), 0.01);
    }

    [Theory]
    [InlineData(RequestOutcome.Failure, 1, 5000)]
    [InlineData(RequestOutcome.NotSent, 1, 5000)]
    [InlineData(RequestOutcome.Failure, 7000, 7000)]
    [InlineData(RequestOutcome.Canceled, 1, 20)]
    [InlineData(RequestOutcome.Canceled, 700, 700)]
    [InlineData(RequestOutcome.Success, 0, 20)]
    public void Latency_AfterAnOutcome(RequestOutcome outcome, int milliseconds, double expected)
    {
        var node = Measured(1)[0].Node;
        Answer(node, 20);
        node.Observe(outcome, Now - Ticks(milliseconds), Now);

        Assert.Equal(expected, Milliseconds(node), 0.01);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(50, true)]
    public void Latency_FirstCallerGaveUp_CountsIfItWaitedLongerThanAssumed(int milliseconds, bool counts)
    {
        var node = Measured(1)[0].Node;
        node.Observe(RequestOutcome.Canceled, Now - Ticks(milliseconds), Now);

        Assert.Equal(counts, node.LatencyAt(Now).HasValue);
    }

    [Fact]
    public void Latency_OtherSettings_KeepWhatIsKnown()
    {
        var nodes = Measured(1);
        _clock.Advance(TimeSpan.FromHours(3));
        Answer(nodes[0].Node, 300);

        Selector.Picker(nodes, clock: _clock, selection: new() { PeakEwma = new() { DecayTime = TimeSpan.FromSeconds(1) } });

        Assert.Equal(300, Milliseconds(nodes[0].Node), 0.01);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(300 / Math.E, Milliseconds(nodes[0].Node), 0.01);
    }

    [Fact]
    public void Latency_ManyThreads_NoPeakIsLost()
    {
        var node = Measured(1)[0].Node;
        var now = Ticks(1_000_000);
        for (var round = 1; round <= 200; round++)
        {
            var peak = Ticks(1000 + round);
            Parallel.For(0, 8, i => node.Observe(RequestOutcome.Success, now - (i == 5 ? peak : Ticks(1)), now));

            Assert.Equal(1000 + round, node.LatencyAt(now)!.Value.TotalMilliseconds, 0.01);
        }
    }

    /// <summary>The levels of two rules lie as far apart as the machine has been up for: one that is taken for the other's is a latency without end.</summary>
    [Fact]
    public async Task Latency_SettingsChangeWhileRequestsEnd_StaysALatency()
    {
        var (now, node, answers) = (Now, Nodes.One(1), 0);
        LatencyRule[] rules = [Rule(10), Rule(20)];
        node.Measure(rules[0], now);
        using var ended = new CancellationTokenSource();
        Task[] requests = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(AnswerOnAndOn, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (var i = 0; i < 100_000 || Volatile.Read(ref answers) < 100_000; i++)
        {
            node.Measure(rules[i % 2], now);
        }

        await ended.CancelAsync();
        await Task.WhenAll(requests);
        if (node.LatencyAt(now) is null)
        {
            // What the last request met was forgotten rather than taken for another rule's: the next one tells.
            node.Observe(RequestOutcome.Success, now - Ticks(100), now);
        }

        Assert.Equal(100, node.LatencyAt(now)!.Value.TotalMilliseconds, 1);

        void AnswerOnAndOn()
        {
            while (!ended.IsCancellationRequested)
            {
                node.Observe(RequestOutcome.Success, now - Ticks(100), now);
                Interlocked.Increment(ref answers);
            }
        }

        LatencyRule Rule(int seconds) => new(new PeakEwmaOptions { DecayTime = TimeSpan.FromSeconds(seconds) }, _clock);
    }

    [Fact]
    public void Pick_Slower_OnlyWhenTheFasterIsBusier()
    {
        var nodes = Measured(2);
        Answer(nodes[0].Node, 10);
        Answer(nodes[1].Node, 35);

        Assert.Equal([100, 0], Picker(nodes).Count(nodes, 100));
        nodes[0].Node.BeginRequest();
        nodes[0].Node.BeginRequest();
        Assert.Equal([100, 0], Count(nodes, 100));
        nodes[0].Node.BeginRequest();
        Assert.Equal([0, 100], Count(nodes, 100));
    }

    [Fact]
    public void Pick_FailsFast_GetsNothing()
    {
        var nodes = Measured(2);
        Answer(nodes[0].Node, 200);
        nodes[1].Node.Observe(RequestOutcome.Failure, Now - Ticks(1), Now);

        Assert.Equal([100, 0], Count(nodes, 100));
    }

    [Fact]
    public void Pick_NotHeardOf_AskedOnce()
    {
        var nodes = Measured(2);
        Answer(nodes[0].Node, 100);
        nodes[0].Node.BeginRequest();

        Assert.Equal([0, 100], Count(nodes, 100));
        nodes[1].Node.BeginRequest();
        Assert.Equal([100, 0], Count(nodes, 100));
    }

    [Fact]
    public void Pick_NotHeardOfBesideAFastOne_IsAskedToo()
    {
        var nodes = Measured(2);
        Answer(nodes[0].Node, 1);

        Assert.All(Count(nodes, 1000), count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Pick_ForgottenInTheMeantime_AskedOnce()
    {
        var nodes = Measured(2);
        Answer(nodes[1].Node, 300);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Answer(nodes[0].Node, 300);
        nodes[1].Node.BeginRequest();

        Assert.Equal([100, 0], Count(nodes, 100));
    }

    [Fact]
    public void Pick_NoneHeardOf_FewestRequests()
    {
        var nodes = Measured(2);
        nodes[0].Node.BeginRequest();
        nodes[0].Node.BeginRequest();
        nodes[1].Node.BeginRequest();

        Assert.Equal([0, 100], Count(nodes, 100));
    }

    [Fact]
    public void Pick_Traced_ScoresAreSeconds()
    {
        var nodes = Measured(2);
        Answer(nodes[0].Node, 10);
        Answer(nodes[1].Node, 40);
        nodes[0].Node.BeginRequest();
        var trace = new Trace();

        Assert.Same(nodes[0].Node, Picker(nodes).Pick(new PickContext { Now = Now, Trace = trace }));
        Assert.Equal(0.020, trace.Scores[nodes[0].Node], 0.0001);
        Assert.Equal(0.040, trace.Scores[nodes[1].Node], 0.0001);
    }

    [Theory]
    [InlineData(SelectorNames.PeakEwma)]
    [InlineData(SelectorNames.LeastRequests)]
    public void Pick_IdleAndAlmostAlike_SharesFollowWeights(string name)
    {
        var nodes = Measured(3);
        nodes = [nodes[0] with { Weight = 6 }, nodes[1] with { Weight = 3 }, nodes[2] with { Weight = 1 }];
        var picker = name == SelectorNames.PeakEwma ? Picker(nodes) : new LeastRequestsSelector().Picker(nodes);
        Answer(nodes[0].Node, 10);
        Answer(nodes[1].Node, 9);
        Answer(nodes[2].Node, 8);

        var counts = Counts(picker, nodes, 10_000);

        Assert.InRange(counts[0], 5800, 6200);
        Assert.InRange(counts[1], 2800, 3200);
        Assert.InRange(counts[2], 850, 1150);
    }

    [Fact]
    public void Pick_HeaviestFails_GetsNothing()
    {
        var nodes = Measured(2);
        nodes = [nodes[0] with { Weight = 100 }, nodes[1]];
        nodes[0].Node.Observe(RequestOutcome.Failure, Now, Now);
        Answer(nodes[1].Node, 100);

        Assert.Equal([0, 100], Count(nodes, 100));
    }

    private long Now => _clock.GetTimestamp();

    private long Ticks(double milliseconds) => (long)(milliseconds * _clock.TimestampFrequency / 1000);

    private void Answer(ServiceNode node, int milliseconds)
    {
        var startedAt = Now;
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        node.Observe(RequestOutcome.Success, startedAt, Now);
    }

    private double Milliseconds(ServiceNode node) => node.LatencyAt(Now)!.Value.TotalMilliseconds;

    private ImmutableArray<WeightedNode> Measured(int count)
    {
        var nodes = Nodes.Of(count);
        Picker(nodes);
        return nodes;
    }

    private IPicker Picker(ImmutableArray<WeightedNode> nodes) => Selector.Picker(nodes, clock: _clock);

    private int[] Count(ImmutableArray<WeightedNode> nodes, int picks) => Counts(Picker(nodes), nodes, picks);

    private int[] Counts(IPicker picker, ImmutableArray<WeightedNode> nodes, int picks)
    {
        var counts = new Dictionary<ServiceNode, int>();
        for (var i = 0; i < picks; i++)
        {
            var node = picker.Pick(new PickContext { Now = Now })!;
            counts[node] = counts.GetValueOrDefault(node) + 1;
        }

        return [.. nodes.Select(node => counts.GetValueOrDefault(node.Node))];
    }

    private sealed class Trace : IPickTrace
    {
        public Dictionary<ServiceNode, double> Scores { get; } = [];

        public void Considered(ServiceNode node, double score) => Scores[node] = score;

        public void Rejected(ServiceNode node, string reason)
        {
        }
    }
}
