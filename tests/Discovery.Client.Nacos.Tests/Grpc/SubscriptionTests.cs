namespace Discovery.Client.Nacos.Tests.Grpc;

public sealed class SubscriptionTests
{
    private static readonly NacosServiceInfo Older = new() { Name = "older" };
    private static readonly NacosServiceInfo Newer = new() { Name = "newer" };
    private readonly Subscription _subscription = new(new("public", "DEFAULT_GROUP", "orders"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_AfterAPush_DoesNotReplaceIt()
    {
        var askedAt = _subscription.Version;
        _subscription.Push(Newer);

        _subscription.Answer(Older, askedAt);

        Assert.Same(Newer, (await _subscription.AfterAsync(0, Cancelled)).List);
    }

    [Fact]
    public async Task Push_AfterTheAnswer_ReplacesIt()
    {
        _subscription.Answer(Older, _subscription.Version);
        var (list, version) = await _subscription.AfterAsync(0, Cancelled);
        var next = _subscription.AfterAsync(version, Cancelled);

        _subscription.Push(Newer);

        Assert.Same(Older, list);
        Assert.Same(Newer, (await next).List);
    }

    [Fact]
    public async Task Fail_EndsWhoeverWaits()
    {
        var next = _subscription.AfterAsync(0, Cancelled);

        _subscription.Fail(new RegistryException("over", connection: "10.0.0.1:8848"));

        Assert.Equal("10.0.0.1:8848", (await Assert.ThrowsAsync<RegistryException>(() => next)).Connection);
    }
}
