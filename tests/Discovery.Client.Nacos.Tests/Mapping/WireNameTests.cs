namespace Discovery.Client.Nacos.Tests.Mapping;

public sealed class WireNameTests
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("orders/v2", "orders/v2")]
    [InlineData("a b", "a~20b")]
    [InlineData("@", "~40")]
    [InlineData("G@@x", "G~40~40x")]
    [InlineData("a@b", "a@b")]
    [InlineData("~20", "~7e20")]
    [InlineData("~", "~")]
    [InlineData("订", "\U000F8BA2")]
    public void Encode_Name_IsOneThatNacosTakesAndComesBack(string name, string wire)
    {
        Assert.Equal(wire, WireName.Encode(name));
        Assert.Equal(name, WireName.Decode(wire));
    }

    [Theory]
    [InlineData("~2f")]
    [InlineData("~zz")]
    [InlineData("providers:demo.Greeter:v2:")]
    public void Decode_ForeignName_StaysAsItIs(string wire) => Assert.Equal(wire, WireName.Decode(wire));

    [Fact]
    public void Encode_LongestChineseName_Fits() => Assert.True(WireName.Encode(new string('订', ServiceName.MaxLength)).Length <= 512);
}
