namespace Discovery.Client.Consul.Tests.Mapping;

public sealed class WireNameTests
{
    public static TheoryData<string, string> Names => new()
    {
        { "orders", "orders" },
        { "orders/v2", "orders/v2" },
        { "a.b", "a.b" },
        { "a/.b/c..", "a/.b/c.." },
        { "Orders 日本 ~ %2F?#", "Orders 日本 ~ %2F?#" },
        { "a//b", "a/~2fb" },
        { "a///b", "a/~2f~2fb" },
        { "/lead", "~2flead" },
        { "trail/", "trail~2f" },
        { "/", "~2f" },
        { ".", "~2e" },
        { "..", "~2e~2e" },
        { "a/../b", "a/~2e~2e/b" },
        { "a/./b", "a/~2e/b" },
        { "a~2fb", "a~7e2fb" },
        { "a~7e2fb", "a~7e7e2fb" },
    };

    [Theory, MemberData(nameof(Names))]
    public void Encode_Name_IsReversibleAndSafeInAPath(string name, string wire)
    {
        Assert.Equal(wire, WireName.Encode(name));
        Assert.Equal(name, WireName.Decode(wire));
        var path = new Uri(new("http://h"), "/v1/health/service/" + Uri.EscapeDataString(wire)).AbsolutePath;
        Assert.Equal("/v1/health/service/" + Uri.EscapeDataString(wire), path);
    }

    [Theory]
    [InlineData("a~2eb")]
    [InlineData("x~2fy")]
    public void Decode_NameThatWeWouldNotWrite_StaysAsItIs(string wire) => Assert.Equal(wire, WireName.Decode(wire));
}
