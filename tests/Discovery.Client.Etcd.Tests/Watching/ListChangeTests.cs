namespace Discovery.Client.Etcd.Tests.Watching;

public sealed class ListChangeTests : IAsyncLifetime
{
    private readonly KeyLayout _layout = new("/services/");
    private readonly EtcdRegistryBackend _backend = BackendTestKit.Create(new Uri("http://127.0.0.1:1"));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Theory]
    [InlineData("b d f", "", "b d f")]
    [InlineData("", "+a", "a")]
    [InlineData("b d f", "+a", "a b d f")]
    [InlineData("b d f", "+g +c", "b c d f g")]
    [InlineData("b d f", "-b -f", "d")]
    [InlineData("b d f", "-b -d -f", "")]
    [InlineData("b d f", "-x", "b d f")]
    [InlineData("b d f", "+d", "b d f")]
    [InlineData("b d f", "-d +d", "b d f")]
    [InlineData("b d f", "+c -c", "b d f")]
    [InlineData("b d f", "?d", "b f")]
    [InlineData("B a Z", "+b", "B Z a b")]
    public void Apply_Changes_GivesTheListInItsOrder(string before, string changes, string after)
    {
        var list = List(before);
        var news = new WatchNews([.. Words(changes).Select(Event)], 11, WatchTurn.GoesOn);

        var next = ListChange.Apply(_layout, list, news)!;

        Assert.Equal(after, string.Join(' ', next.Instances.Select(instance => instance.InstanceId)));
        Assert.Equal(changes.Count(c => c == '?'), next.RejectedRecords);
        Assert.Equal(11u, next.Version.Number);
        var untouched = list.Instances.Where(instance => !changes.Contains(instance.InstanceId, StringComparison.Ordinal)).ToArray();
        Assert.All(untouched, instance => Assert.Contains(next.Instances, other => ReferenceEquals(other, instance)));
    }

    [Fact]
    public void Apply_NewsThatAreNotNewer_IsNothing() => Assert.Null(ListChange.Apply(_layout, List("a"), new([Event("+b")], 10, WatchTurn.GoesOn)));

    private ServiceSnapshot List(string ids) => ListChange.Create(_backend.Parts, new([.. Words(ids).Select(id => Event("+" + id).Kv)], 10, 1, 0), previous: null);

    private Wire.Event Event(string word) => new()
    {
        Type = word[0] == '-' ? Wire.Event.Types.EventType.Delete : Wire.Event.Types.EventType.Put,
        Kv = new()
        {
            Key = _layout.Instance("orders", word[1..]),
            Value = word[0] == '+' ? InstanceCodec.Encode(TestKit.Instance(id: word[1..])) : Google.Protobuf.ByteString.CopyFromUtf8(word[0] == '?' ? "broken" : ""),
        },
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
