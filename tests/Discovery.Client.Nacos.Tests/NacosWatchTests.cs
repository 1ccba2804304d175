using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests;

/// <summary>What a watch makes of the lists that its transport brings, on virtual time.</summary>
public sealed class NacosWatchTests : IAsyncDisposable
{
    private static readonly NacosServiceInfo Empty = new() { Hosts = new([], 0) };
    private static readonly NacosServiceInfo One = new() { Hosts = new([new() { Ip = "10.0.0.1", Port = 80 }], 0) };

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeTransport _transport = new();
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly IAsyncEnumerator<ServiceSnapshot> _watch;

    public NacosWatchTests()
    {
        var parts = new NacosBackendParts(new NacosOptions(), _transport, _clock);
        _watch = new NacosWatch(parts, new("orders"), null, NullLogger.Instance).RunAsync(_end.Token).GetAsyncEnumerator(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task Emptied_ReadSaysSoToo_IsBelievedAfterAWhile()
    {
        await StartAsync();
        var next = _watch.MoveNextAsync().AsTask();
        _transport.Lists.Writer.TryWrite(new(Empty, "one"));
        await AdvanceUntilAsync(() => next.IsCompleted, step: 100);

        Assert.Empty(_watch.Current.Instances);
        Assert.Equal(1, _transport.Queries);
        Assert.True(_clock.GetUtcNow() - _clock.Start >= NacosWatch.ConfirmAfter);
    }

    [Fact]
    public async Task Emptied_ReadFindsInstances_StaysAndIsAskedAboutAgainNextTime()
    {
        await StartAsync();
        _transport.Answer = One;
        var next = _watch.MoveNextAsync().AsTask();
        _transport.Lists.Writer.TryWrite(new(Empty, "one"));
        await AdvanceUntilAsync(() => next.IsCompleted, step: 100);
        Assert.Single(_watch.Current.Instances);

        // A minute later one list alone is no more to be believed than the first.
        _clock.Advance(TimeSpan.FromMinutes(1));
        next = _watch.MoveNextAsync().AsTask();
        _transport.Lists.Writer.TryWrite(new(Empty, "one"));
        await AdvanceUntilAsync(() => next.IsCompleted, step: 100);
        Assert.Single(_watch.Current.Instances);
        Assert.Equal(2, _transport.Queries);
    }

    [Fact]
    public async Task Emptied_ListsComeFasterThanTheConfirmation_IsBelievedAllTheSame()
    {
        await StartAsync();
        var next = _watch.MoveNextAsync().AsTask();
        await AdvanceUntilAsync(() => next.IsCompleted, step: 200, () => _transport.Lists.Writer.TryWrite(new(Empty, "one")));

        Assert.Empty(_watch.Current.Instances);
        Assert.InRange(_clock.GetUtcNow() - _clock.Start, NacosWatch.ConfirmAfter, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Emptied_InstancesComeBackMeanwhile_NothingIsSaid()
    {
        await StartAsync();
        var next = _watch.MoveNextAsync().AsTask();
        _transport.Lists.Writer.TryWrite(new(Empty, "one"));
        await Eventually.TrueAsync(() => _transport.Lists.Reader.Count == 0, "the list is taken");
        _transport.Lists.Writer.TryWrite(new(One, "one"));
        await AdvanceUntilAsync(() => next.IsCompleted, step: 100);

        Assert.Single(_watch.Current.Instances);
    }

    /// <summary>A server that has just started knows nothing, and says so as firmly as one that knows it: the engine has to know that it is another one.</summary>
    [Fact]
    public async Task Source_Changed_BreaksTheNumbersThoughTheListIsTheSame()
    {
        await StartAsync();
        var first = _watch.Current;
        _transport.Lists.Writer.TryWrite(new(One, "one"));
        Assert.True(await _watch.MoveNextAsync());
        Assert.Same(first, _watch.Current);

        _transport.Lists.Writer.TryWrite(new(One, "two"));
        Assert.True(await _watch.MoveNextAsync());

        Assert.Equal(first.Instances, _watch.Current.Instances);
        Assert.NotEqual(first.Version.Epoch, _watch.Current.Version.Epoch);
    }

    private async Task StartAsync()
    {
        _transport.Lists.Writer.TryWrite(new(One, "one"));
        Assert.True(await _watch.MoveNextAsync());
        Assert.Single(_watch.Current.Instances);
    }

    private Task AdvanceUntilAsync(Func<bool> condition, int step, Action? each = null) => Eventually.TrueAsync(() =>
    {
        if (!condition())
        {
            each?.Invoke();
            _clock.Advance(TimeSpan.FromMilliseconds(step));
        }

        return condition();
    }, "a list comes");

    private sealed class FakeTransport : INacosTransport
    {
        public Channel<WatchedList> Lists { get; } = Channel.CreateUnbounded<WatchedList>();

        public NacosServiceInfo Answer { get; set; } = Empty;

        public int Queries { get; private set; }

        public bool Pushes => true;

        public bool Beats => false;

        public ValueTask<NacosServiceInfo> QueryAsync(ServiceKey service, CancellationToken cancellationToken)
        {
            Queries++;
            return new(Answer);
        }

        public IAsyncEnumerable<WatchedList> WatchAsync(ServiceKey service, CancellationToken cancellationToken) => Lists.Reader.ReadAllAsync(cancellationToken);

        public ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DeregisterAsync(LeaseGroup group, RegisteredInstance instance, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyCollection<string>> ListNamesAsync(string namespaceId, string group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
