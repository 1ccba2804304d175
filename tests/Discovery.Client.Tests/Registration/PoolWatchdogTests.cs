using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Tests.Embedded;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class PoolWatchdogTests
{
    [Theory]
    [InlineData(null, 0.9, false, nameof(PoolEvent.None))]
    [InlineData(null, 1.0, false, nameof(PoolEvent.Starved))]
    [InlineData(null, 1.0, true, nameof(PoolEvent.Starved))]
    [InlineData(null, 0.1, true, nameof(PoolEvent.None))]
    [InlineData(5.0, 1.0, false, nameof(PoolEvent.None))]
    [InlineData(5.0, 1.0, true, nameof(PoolEvent.None))]
    [InlineData(5.0, 0.1, false, nameof(PoolEvent.None))]
    [InlineData(5.0, 0.1, true, nameof(PoolEvent.Recovered))]
    public void Observe_Probe_SaysWhatChanged(double? since, double waited, bool ran, string expected)
    {
        var state = new PoolStarvation(since is { } at ? TimeSpan.FromSeconds(at) : null);

        Assert.Equal(expected, state.Observe(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9 + waited), ran).Event.ToString());
    }

    [Fact]
    public void Watchdog_PoolBlockedForAWhile_SaysItOnceAndWhenItIsOver()
    {
        var (time, pump, probes) = (new SkewedTimeProvider(), new PumpScheduler(), new Queue<Action>());
        var lines = new ConcurrentQueue<(string Event, LogLevel Level, string Text)>();
        var watchdog = new PoolWatchdog(new EngineScheduler(time, pump), probes.Enqueue, new RecordingLogger<PoolWatchdog>(lines));
        _ = watchdog.Scheduler.Run(() => watchdog.RunAsync(CancellationToken.None));
        void Run(double seconds, bool poolRuns)
        {
            for (var i = 0; i < seconds * 10; i++)
            {
                pump.RunAll();
                while (poolRuns && probes.TryDequeue(out var probe))
                {
                    probe();
                }

                time.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        Run(60, poolRuns: true);
        Assert.Empty(lines);

        Run(10, poolRuns: false);
        var line = Assert.Single(lines);
        Assert.Equal(("PoolStarved", LogLevel.Warning), (line.Event, line.Level));

        Run(10, poolRuns: true);
        Assert.Equal(["PoolStarved", "PoolRecovered"], lines.Select(item => item.Event));

        Run(3, poolRuns: false);
        Assert.Equal(3, lines.Count);
    }
}
