namespace Discovery.Client.Consul.Tests.Mapping;

public sealed class WireIdTests
{
    [Theory]
    [InlineData("orders", "orders-10.0.0.5-8080", "orders:orders-10.0.0.5-8080")]
    [InlineData("a:b", "c:d", "a~3ab:c:d")]
    [InlineData("Orders", "A~b/ü", "~4frders:~41~7eb~2f~c3~bc")]
    public void Encode_Id_IsReversible(string service, string instance, string wire)
    {
        Assert.Equal(wire, WireId.Encode(service, instance));
        Assert.Equal(instance, WireId.Decode(service, wire));
    }

    [Fact]
    public void Encode_IdsThatTheCatalogWouldTakeForOne_Differ()
    {
        string[] ids = [WireId.Encode("orders", "a"), WireId.Encode("Orders", "a"), WireId.Encode("orders", "A"), WireId.Encode("admin", "a"), WireId.Encode("a", "b:c"), WireId.Encode("a:b", "c")];
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("orders-1")]
    [InlineData("other:1")]
    [InlineData("orders:A")]
    [InlineData("orders:~4")]
    [InlineData("orders:~61")]
    public void Decode_IdThatWeWouldNotWrite_IsNotOurs(string id) => Assert.Null(WireId.Decode("orders", id));
}
