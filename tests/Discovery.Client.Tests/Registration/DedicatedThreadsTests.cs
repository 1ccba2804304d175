using Discovery.Client.Internal;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class DedicatedThreadsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DedicatedTimeProvider _time = new(TimeProvider.System, "test timers");

    private TimeSpan Now => _time.GetElapsedTime(0);

    [Fact]
    public async Task Loop_Awaits_StaysOffThePool()
    {
        var scheduler = new EngineScheduler(_time, new DedicatedTaskScheduler("test", 2));

        await scheduler.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await scheduler.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None).ConfigureAwait(true);
                Assert.Equal("test", Thread.CurrentThread.Name);
            }
        }).WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Scheduler_BlockedThreads_NeverMoreThanAllowed_AndAllRun()
    {
        var scheduler = new DedicatedTaskScheduler("test", 3);
        var (running, most, done) = (0, 0, 0);
        var tasks = Enumerable.Range(0, 50).Select(i => Task.Factory.StartNew(() =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            Thread.Yield();
            SpinWait.SpinUntil(() => Volatile.Read(ref most) == 3, Deadline);
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref done);
        }, CancellationToken.None, TaskCreationOptions.None, scheduler)).ToArray();

        await Task.WhenAll(tasks).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((3, 50), (most, done));
    }

    [Fact]
    public async Task Timers_ManyAtOnce_FireInOrderAndNotEarly()
    {
        int[] dues = [90, 30, 60, 0, 120, 45];
        var (fired, all) = (new List<(int Index, TimeSpan At)>(), new TaskCompletionSource());
        var (earliest, latest) = (new TimeSpan[dues.Length], new TimeSpan[dues.Length]);
        var timers = dues.Select((due, i) =>
        {
            earliest[i] = Now + TimeSpan.FromMilliseconds(due);
            var timer = _time.CreateTimer(_ =>
            {
                fired.Add((i, Now));
                if (fired.Count == dues.Length)
                {
                    all.SetResult();
                }
            }, null, TimeSpan.FromMilliseconds(due), Timeout.InfiniteTimeSpan);
            latest[i] = Now + TimeSpan.FromMilliseconds(due);
            return timer;
        }).ToArray();

        await all.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.All(fired, item => Assert.True(item.At >= earliest[item.Index], "early"));
        Assert.All(fired.Zip(fired.Skip(1)), pair => Assert.True(earliest[pair.First.Index] <= latest[pair.Second.Index], "out of order"));
        Array.ForEach(timers, timer => timer.Dispose());
    }

    [Fact]
    public async Task Timer_Periodic_FiresUntilDisposed_AndChangeReplacesTheDueTime()
    {
        var (ticks, third) = (0, new TaskCompletionSource());
        ITimer? timer = null;
        timer = _time.CreateTimer(_ =>
        {
            if (++ticks == 3)
            {
                timer!.Dispose();
                third.SetResult();
            }
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(TimeSpan.FromHours(1), TimeSpan.Zero));
        Assert.True(timer.Change(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5)));

        await third.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(50), _time, TestContext.Current.CancellationToken);

        Assert.Equal(3, ticks);
        Assert.False(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public async Task CancellationSource_OnDedicatedTime_Cancels()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(20), _time);
        var cancelled = new TaskCompletionSource<string?>();
        using var registration = source.Token.Register(() => cancelled.SetResult(Thread.CurrentThread.Name));

        Assert.Equal("test timers", await cancelled.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
