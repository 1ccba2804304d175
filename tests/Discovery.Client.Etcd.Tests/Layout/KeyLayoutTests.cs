using Google.Protobuf;

namespace Discovery.Client.Etcd.Tests.Layout;

public sealed class KeyLayoutTests
{
    private readonly KeyLayout _layout = new("/services/");

    [Theory]
    [InlineData("orders", "a", "/services/orders/a")]
    [InlineData("orders/v2", "a%2F", "/services/orders%2Fv2/a%252F")]
    [InlineData("订单", "..", "/services/订单/..")]
    public void Instance_AnyName_ComesBack(string service, string id, string key)
    {
        Assert.Equal(key, _layout.Instance(service, id).ToStringUtf8());
        Assert.True(_layout.TryRead(_layout.Instance(service, id), out var readService, out var readId));
        Assert.Equal((service, id), (readService, readId));
    }

    [Theory]
    [InlineData("/services/orders")]
    [InlineData("/services/orders/a/b")]
    [InlineData("/services/orders/a%20b")]
    public void TryRead_AnotherShape_IsRefused(string key) => Assert.False(_layout.TryRead(ByteString.CopyFromUtf8(key), out _, out _));

    [Fact]
    public void TryRead_BytesThatAreNoText_IsRefused() => Assert.False(_layout.TryRead(ByteString.CopyFrom([.. "/services/orders/"u8, 0xff]), out _, out _));

    [Fact]
    public void Service_Range_EndsAfterItsOwnKeys()
    {
        var range = _layout.Service("orders");
        Assert.Equal(("/services/orders/", "/services/orders0"), (range.Key.ToStringUtf8(), range.End.ToStringUtf8()));
    }
}
