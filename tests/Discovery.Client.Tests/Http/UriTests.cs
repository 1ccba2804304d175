using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class UriTests
{
    [Theory]
    [InlineData("http://greeter", "http://10.0.0.1:8080/")]
    [InlineData("http://greeter/", "http://10.0.0.1:8080/")]
    [InlineData("http://greeter?x=1", "http://10.0.0.1:8080/?x=1")]
    [InlineData("http://GREETER/a/B", "http://10.0.0.1:8080/a/B")]
    [InlineData("http://greeter//evil.example/steal?token=1", "http://10.0.0.1:8080//evil.example/steal?token=1")]
    [InlineData("http://greeter/a%2Fb%2f..%2Fc", "http://10.0.0.1:8080/a%2Fb%2f..%2Fc")]
    [InlineData("http://greeter/a;v=1/b;w=2?c;d", "http://10.0.0.1:8080/a;v=1/b;w=2?c;d")]
    [InlineData("http://greeter/a?q=http://x/%20//y@z", "http://10.0.0.1:8080/a?q=http://x/%20//y@z")]
    [InlineData("http://greeter/a#part", "http://10.0.0.1:8080/a")]
    [InlineData("http://greeter/ä?ö=ü", "http://10.0.0.1:8080/%C3%A4?%C3%B6=%C3%BC")]
    [InlineData("http://greeter/a b", "http://10.0.0.1:8080/a%20b")]
    [InlineData("https+http://greeter/a//b?c=%2F", "http://10.0.0.1:8080/a//b?c=%2F")]
    [InlineData("https+http://greeter", "http://10.0.0.1:8080/")]
    [InlineData("https+http://greeter?x", "http://10.0.0.1:8080/?x")]
    [InlineData("http://greeter:1234/a", "http://10.0.0.1:8080/a")]
    public async Task Send_PathAndQuery_KeptByteForByte(string uri, string expected)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));

        await world.Client().GetAsync(new Uri(uri), TestContext.Current.CancellationToken);

        Assert.Equal([expected], world.Transport.Sent);
    }

    [Fact]
    public async Task Send_UriThatIsNotCanonicalOnPurpose_StaysSo()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        var uri = new Uri("http://greeter/a/../%41/./b?x=%42", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        await world.Client().GetAsync(uri, TestContext.Current.CancellationToken);

        Assert.Equal(["http://10.0.0.1:8080/a/../%41/./b?x=%42"], world.Transport.Sent);
    }

    [Fact]
    public async Task Send_UserInfo_Kept()
    {
        string? userInfo = null;
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        world.Transport = new StubTransport((request, _) =>
        {
            userInfo = request.RequestUri!.UserInfo;
            return Task.FromResult(new HttpResponseMessage());
        });

        await world.Client().GetAsync(new Uri("http://user:p%40ss@greeter/a"), TestContext.Current.CancellationToken);

        Assert.Equal("user:p%40ss", userInfo);
        Assert.Equal("http://10.0.0.1:8080/a", world.Transport.Sent[0].Replace("user:p%40ss@", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("::1", null, "http://[::1]:8080/a?b")]
    [InlineData("2001:db8::7", "/v1", "http://[2001:db8::7]:8080/v1/a?b")]
    [InlineData("node-1.internal", "/v1/x", "http://node-1.internal:8080/v1/x/a?b")]
    [InlineData("node", "v1/", "http://node:8080/v1/a?b")]
    [InlineData("10.0.0.1", "/", "http://10.0.0.1:8080/a?b")]
    public async Task Send_AddressOfTheInstance_GoesBeforeThePath(string host, string? prefix, string expected)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1) with { Host = host, PathPrefix = prefix });

        await world.Client().GetAsync(new Uri("http://greeter/a?b"), TestContext.Current.CancellationToken);

        Assert.Equal([expected], world.Transport.Sent);
    }

    [Theory]
    [InlineData("evil.example/x?", null)]
    [InlineData("user@evil.example", null)]
    [InlineData("evil.example#", null)]
    [InlineData("", null)]
    [InlineData("10.0.0.1", "/a?b")]
    [InlineData("10.0.0.1", "/a#b")]
    public async Task Send_AddressThatIsNone_NotUsed(string host, string? prefix)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1) with { Host = host, PathPrefix = prefix }, HttpWorld.Instance(2));
        var client = world.Client();

        for (var i = 0; i < 20; i++)
        {
            await client.GetAsync(new Uri("http://greeter/a"), TestContext.Current.CancellationToken);
        }

        Assert.All(world.Transport.Authorities, authority => Assert.Equal("10.0.0.2:8080", authority));
    }
}
