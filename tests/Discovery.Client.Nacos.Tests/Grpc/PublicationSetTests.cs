using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Grpc;

public sealed class PublicationSetTests
{
    private static readonly ServiceKey Service = new("public", "DEFAULT_GROUP", "orders");
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _sent = [];
    private readonly List<string> _before = [];
    private readonly List<bool> _sure = [];
    private readonly List<object> _kinds = [];
    private Func<IReadOnlyCollection<NacosInstance>, Task> _server = _ => Task.CompletedTask;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_WhileOneIsUnderWay_GoesTogetherWithTheNext()
    {
        var gate = new TaskCompletionSource();
        _server = _ => gate.Task;
        var set = Create();

        Task[] puts = [set.PutAsync("a", At(1), Cancelled)];
        await Eventually.TrueAsync(() => Sent().Length == 1, "the first request");
        puts = [.. puts, set.PutAsync("b", At(2), Cancelled), set.PutAsync("c", At(3), Cancelled)];
        gate.SetResult();
        await Task.WhenAll(puts);

        Assert.Equal(["1", "1,2,3"], Sent());
    }

    [Fact]
    public async Task Put_OneOfManyIsRefused_TheOthersAreTaken()
    {
        var gate = new TaskCompletionSource();
        _server = async instances =>
        {
            await gate.Task;
            if (instances.Any(instance => instance.Port == 2))
            {
                throw new NacosException("no", GrpcError.Refused);
            }
        };
        var set = Create();
        Task[] puts = [set.PutAsync("a", At(1), Cancelled)];
        await Eventually.TrueAsync(() => Sent().Length == 1, "the first request");
        puts = [.. puts, set.PutAsync("b", At(2), Cancelled), set.PutAsync("c", At(3), Cancelled)];

        gate.SetResult();

        Assert.False((await Assert.ThrowsAsync<RegistryException>(() => puts[1])).IsTransient);
        await Task.WhenAll(puts[0], puts[2]);
        Assert.Equal(["a", "c"], set.Held.Keys.Order());
        Assert.Equal("1,3", Sent()[^1]);
        Assert.Equal([true, true, false, false], _sure);
    }

    /// <summary>Each try has a record of its own; what may be there by its address does not grow with them.</summary>
    [Fact]
    public async Task Put_FailsAgainAndAgain_RemembersEachAddressOnce()
    {
        _server = _ => throw new NacosException("no", GrpcError.Refused);
        var set = Create();

        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", At(1) with { Weight = i }, Cancelled));
        }

        Assert.Equal(["", "1", "1", "1", "1"], _before);
    }

    /// <summary>A server that knows no batches takes one instance as one.</summary>
    [Theory]
    [InlineData(false, PublishKind.Single)]
    [InlineData(true, PublishKind.Batch)]
    public async Task Put_SeveralRefused_OneAloneIsSentAsOneUnlessTheServerMayHaveTakenThem(bool isUncertain, object expected)
    {
        var gate = new TaskCompletionSource();
        _server = async instances =>
        {
            await gate.Task;
            if (instances.Count > 1)
            {
                throw new NacosException("no", isUncertain ? GrpcError.Transient : GrpcError.Refused) { IsUncertain = isUncertain };
            }
        };
        var set = Create();
        Task[] puts = [set.PutAsync("a", At(1), Cancelled)];
        await Eventually.TrueAsync(() => Sent().Length == 1, "the first request");
        puts = [.. puts, set.PutAsync("b", At(2), Cancelled), set.PutAsync("c", At(3), Cancelled)];
        gate.SetResult();
        await Task.WhenAll(puts).ContinueWith(static _ => { }, TaskScheduler.Default);
        await set.PutAsync("c", null, Cancelled);

        Assert.Equal(expected, _kinds[^1]);
    }

    [Fact]
    public async Task Put_SenderThrowsWhateverItLikes_LaterOnesGoThrough()
    {
        _server = _ => throw new InvalidOperationException("odd");
        var set = Create();
        Assert.Contains("odd", (await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", At(1), Cancelled))).Message, StringComparison.Ordinal);
        _server = _ => Task.CompletedTask;

        await set.PutAsync("a", At(1), Cancelled);

        Assert.Equal(["a"], set.Held.Keys);
    }

    [Fact]
    public async Task Put_NoAnswer_IsMadeUndone()
    {
        var calls = 0;
        _server = _ => Interlocked.Increment(ref calls) == 1 ? throw Late() : Task.CompletedTask;
        var set = Create();

        await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", At(1), Cancelled));

        await Eventually.TrueAsync(() => Sent().Length == 2, "the request that makes it undone");
        Assert.Equal(["1", ""], Sent());
        Assert.Equal(["", "1"], _before);
    }

    [Fact]
    public async Task Put_CancelledWhileUnderWay_IsTakenBack()
    {
        var gate = new TaskCompletionSource();
        _server = _ => gate.Task;
        var set = Create();
        using var cancel = new CancellationTokenSource();
        var put = set.PutAsync("a", At(1), cancel.Token);
        await Eventually.TrueAsync(() => Sent().Length == 1, "the request");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        gate.SetResult();

        await Eventually.TrueAsync(() => Sent() is ["1", ""], "the request that takes it back");
    }

    /// <summary>The time for another try comes while it is being registered again.</summary>
    [Fact]
    public async Task Put_AgainWhileItsRemovalIsBeingRetried_Stays()
    {
        var set = await CreateWithOneLeavingAsync();
        var gate = new TaskCompletionSource();
        _server = _ => gate.Task;
        var put = set.PutAsync("a", At(1), Cancelled);
        await Eventually.TrueAsync(() => Sent().Length == 3, "the request");

        _clock.Advance(TimeSpan.FromSeconds(1));
        gate.SetResult();
        await put;
        await set.PutAsync("b", At(2), Cancelled);

        Assert.Equal(["a", "b"], set.Held.Keys.Order());
        Assert.Equal("1,2", Sent()[^1]);
    }

    [Fact]
    public async Task Remove_NotAnswered_IsTriedUntilItIsAndHoldsUpNothing()
    {
        var set = await CreateWithOneLeavingAsync();
        Assert.Empty(set.Held);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Sent().Length == 3, "the second try");
        _server = _ => Task.CompletedTask;
        await set.PutAsync("b", At(2), Cancelled);

        Assert.Equal(["1", "", "", "2"], Sent());
    }

    /// <summary>The server may do what it did not answer after what it did: what it is to have is sent once more, and with all that it may have had.</summary>
    [Fact]
    public async Task Put_AnsweredAfterOneThatWasNot_IsSentOnceMore()
    {
        var set = await CreateWithOneLeavingAsync();
        _server = _ => Task.CompletedTask;
        await set.PutAsync("b", At(2), Cancelled);
        Assert.Equal(["1", "", "2"], Sent());

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Sent() is ["1", "", "2", "2"], "the same once more");
        Assert.False(_sure[^1]);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await set.PutAsync("c", At(3), Cancelled);
        Assert.Equal(["1", "", "2", "2", "2,3"], Sent());
        Assert.True(_sure[^1]);
    }

    /// <summary>A repair that waited while the one before it was not answered comes too early.</summary>
    [Fact]
    public async Task Put_AnsweredLate_IsSentOnceMoreAWhileAfterTheAnswer()
    {
        var gate = new TaskCompletionSource();
        var calls = 0;
        _server = _ => Interlocked.Increment(ref calls) switch { 1 => throw Late(), 2 => gate.Task, _ => Task.CompletedTask };
        var set = Create();
        await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", At(1), Cancelled));
        await Eventually.TrueAsync(() => Sent().Length == 2, "the request that makes it undone");
        _clock.Advance(TimeSpan.FromSeconds(3));

        gate.SetResult();

        await Eventually.TrueAsync(() => Sent().Length >= 3, "the repair that waited");
        await set.PutAsync("b", At(2), Cancelled);
        Assert.False(_sure[^1]);
        var sent = Sent().Length;
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Sent().Length > sent;
            },
            "the same once more");
        await set.PutAsync("c", At(3), Cancelled);
        Assert.True(_sure[^1]);
    }

    [Fact]
    public async Task Put_SentOnceMoreAndNotTaken_IsSentUntilItIs()
    {
        var set = await CreateWithOneLeavingAsync();
        _server = _ => Task.CompletedTask;
        await set.PutAsync("b", At(2), Cancelled);
        _server = _ => throw new NacosException("no", GrpcError.Transient);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => Sent() is ["1", "", "2", "2"], "the same once more");
        _server = _ => Task.CompletedTask;

        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Sent().Length == 5;
            },
            "the same again");
        await set.PutAsync("c", At(3), Cancelled);

        Assert.Equal(["1", "", "2", "2", "2", "2,3"], Sent());
        Assert.True(_sure[^1]);
    }

    /// <summary>Nothing that is leaving comes back because something else was not answered either.</summary>
    [Fact]
    public async Task Put_AgainAndNotAnsweredAfterItsRemoval_IsGoneInTheEnd()
    {
        var set = await CreateWithOneLeavingAsync();
        var calls = 0;
        _server = _ => Interlocked.Increment(ref calls) == 1 ? throw Late() : Task.CompletedTask;

        await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", At(2), Cancelled));

        await Eventually.TrueAsync(() => Sent().Length == 4, "the request that makes it undone");
        Assert.Equal(["1", "", "2", ""], Sent());
        Assert.Empty(set.Held);
    }

    [Fact]
    public async Task Put_ChangedAndRemovedTogetherAndNotAnswered_IsGoneInTheEnd()
    {
        var set = Create();
        await set.PutAsync("a", At(1), Cancelled);
        var gate = new TaskCompletionSource();
        _server = async _ =>
        {
            await gate.Task;
            throw Late();
        };
        Task[] puts = [set.PutAsync("b", At(3), Cancelled)];
        await Eventually.TrueAsync(() => Sent().Length == 2, "the request");
        puts = [.. puts, set.PutAsync("a", At(2), Cancelled), set.PutAsync("a", null, Cancelled)];
        gate.SetResult();
        await Task.WhenAll(puts).ContinueWith(static _ => { }, TaskScheduler.Default);
        _server = _ => Task.CompletedTask;

        await set.PutAsync("c", At(4), Cancelled);

        Assert.Equal("4", Sent()[^1]);
    }

    [Fact]
    public async Task Put_AgainWhileItIsLeavingAndGivenUp_IsTakenBack()
    {
        var set = await CreateWithOneLeavingAsync();
        var gate = new TaskCompletionSource();
        _server = _ => gate.Task;
        using var cancel = new CancellationTokenSource();
        var put = set.PutAsync("a", At(1), cancel.Token);
        await Eventually.TrueAsync(() => Sent().Length == 3, "the request");

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        gate.SetResult();

        await Eventually.TrueAsync(() => Sent() is ["1", "", "1", ""], "the request that takes it back");
    }

    private static NacosInstance At(int port) => new() { Ip = "10.0.0.1", Port = port };

    private string[] Sent()
    {
        lock (_sent)
        {
            return [.. _sent];
        }
    }

    private static NacosException Late() => new("late", GrpcError.Transient) { IsUncertain = true };

    /// <summary>A set that had one instance, whose removal the server has not answered.</summary>
    private async Task<PublicationSet> CreateWithOneLeavingAsync()
    {
        var set = Create();
        await set.PutAsync("a", At(1), Cancelled);
        _server = _ => throw Late();
        await Assert.ThrowsAsync<RegistryException>(() => set.PutAsync("a", null, Cancelled));
        return set;
    }

    private PublicationSet Create() => new(Service, async (_, step) =>
    {
        // What a test sets once it has seen the request is for the next one.
        var server = _server;
        lock (_sent)
        {
            _sent.Add(string.Join(',', step.Wish.Select(instance => instance.Port).Order()));
            _sure.Add(step.IsSure);
            _kinds.Add(PublishRule.Choose(step.Wish.Count, step.WasBatch));
            _before.Add(string.Join(',', step.Before.Select(instance => instance.Port).Order()));
        }

        await server(step.Wish);
    }, _clock, Cancelled);
}
