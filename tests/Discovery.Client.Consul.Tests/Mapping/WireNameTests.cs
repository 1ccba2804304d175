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
        { "a~zz~", "a~zz~" },
        { "a\u200db", "a~e2~80~8db" },
        { "a\u00a0b\u3000c", "a~c2~a0b~e3~80~80c" },
        { "🚀e\u0301", "🚀e\u0301" },
        { "\U000e0001", "~f3~a0~80~81" },
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
    [InlineData("x~ffy")]
    public void Decode_NameThatWeWouldNotWrite_StaysAsItIs(string wire) => Assert.Equal(wire, WireName.Decode(wire));
}
