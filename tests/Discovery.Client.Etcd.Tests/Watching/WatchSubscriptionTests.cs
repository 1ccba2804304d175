using Google.Protobuf;

namespace Discovery.Client.Etcd.Tests.Watching;

public sealed class WatchSubscriptionTests
{
    private readonly WatchSubscription _watch = new(KeyRange.Below("/services/orders/"), _ => { });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_PiecesOfOneAnswer_AreTakenTogetherAndOnlyWhenAllAreThere()
    {
        _watch.OnEvents(Answer(fragment: true, Put("a", 7), Put("b", 7)));
        _watch.OnEvents(Answer(fragment: true, Put("c", 7)));
        var news = _watch.TakeAsync(Stop).AsTask();
        Assert.False(news.IsCompleted);

        _watch.OnEvents(Answer(fragment: false, Put("d", 7)));

        Assert.Equal(["a", "b", "c", "d"], (await news).Changes.Select(change => change.Kv.Key.ToStringUtf8()));
    }

    [Fact]
    public async Task Take_Changes_SaysTheirRevisionAndNotTheStores()
    {
        _watch.OnEvents(Answer(fragment: false, Put("a", 7)));
        Assert.Equal(7, (await _watch.TakeAsync(Stop)).Revision);
    }

    [Fact]
    public async Task Take_NoChanges_SaysTheStoresRevision()
    {
        _watch.OnEvents(Answer(fragment: false));
        var news = await _watch.TakeAsync(Stop);
        Assert.Equal((0, 1000, WatchTurn.GoesOn), (news.Changes.Count, news.Revision, news.Turn));
    }

    [Fact]
    public async Task Take_ManyMessagesOfFewKeys_IsTheLastOfEach()
    {
        for (var i = 1; i <= 40_000; i++)
        {
            _watch.OnEvents(Answer(fragment: false, Put(i % 2 == 0 ? "even" : "odd", i)));
        }

        var news = await _watch.TakeAsync(Stop);

        Assert.Equal([39_999, 40_000], news.Changes.Select(change => change.Kv.ModRevision).Order());
        Assert.Equal(40_000, news.Revision);
        Assert.False(_watch.TakeAsync(Stop).AsTask().IsCompleted);
    }

    [Theory]
    [InlineData(true, WatchTurn.ListsAgain)]
    [InlineData(false, WatchTurn.Moves)]
    public async Task Take_TheEndOfItsStream_ComesWithWhatWasBroughtBefore(bool isGone, object turn)
    {
        _watch.OnEvents(Answer(fragment: false, Put("a", 7)));
        (isGone ? (Action)_watch.OnGone : _watch.OnMoved)();

        var news = await _watch.TakeAsync(Stop);

        Assert.Equal((1, 7, (WatchTurn)turn), (news.Changes.Count, news.Revision, news.Turn));
    }

    [Fact]
    public async Task Take_Broken_ThrowsAfterWhatWasBrought()
    {
        _watch.OnEvents(Answer(fragment: false, Put("a", 7)));
        _watch.OnBroken(new RegistryException("broken"));

        Assert.Single((await _watch.TakeAsync(Stop)).Changes);
        Assert.Equal("broken", (await Assert.ThrowsAsync<RegistryException>(async () => await _watch.TakeAsync(Stop))).Message);
    }

    private static Wire.Event Put(string key, long revision) => new() { Kv = new() { Key = ByteString.CopyFromUtf8(key), ModRevision = revision } };

    private static Wire.WatchResponse Answer(bool fragment, params Wire.Event[] events) => new() { Header = new() { Revision = 1000 }, Fragment = fragment, Events = { events } };
}
