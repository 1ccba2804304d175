using Discovery.Client.Http;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class RequestTargetTests
{
    private readonly RequestTarget _target = new("http://10.0.0.1:8080/base");

    [Fact]
    public void UriOf_SamePathAgain_IsKeptFromTheSecondTimeOn()
    {
        var first = Ask("/orders?id=1");
        var second = Ask("/orders?id=1");
        Assert.NotSame(first, second);
        Assert.Same(second, Ask("/orders?id=1"));
        Assert.Equal("http://10.0.0.1:8080/base/orders?id=1", second.AbsoluteUri);
    }

    [Theory]
    [InlineData("/orders?id=2")]
    [InlineData("/Orders?id=1")]
    [InlineData("/orders?id=11")]
    [InlineData("/orders")]
    [InlineData("/orders%3Fid=1")]
    [InlineData("//orders?id=1")]
    public void UriOf_AnotherPathThanTheOneKept_IsThatPath(string path)
    {
        Ask("/orders?id=1");
        var kept = Ask("/orders?id=1");
        Assert.Equal("http://10.0.0.1:8080/base" + path, Ask(path).OriginalString);
        Assert.Same(kept, Ask("/orders?id=1"));
    }

    [Fact]
    public void UriOf_UserInfo_IsNeverKeptForOthers()
    {
        Ask("/orders");
        Ask("/orders");
        Assert.Equal("http://user:secret@10.0.0.1:8080/base/orders", _target.UriOf(new Uri("http://user:secret@greeter/orders")).OriginalString);
        Assert.Equal("http://10.0.0.1:8080/base/orders", Ask("/orders").OriginalString);
    }

    private Uri Ask(string path) => _target.UriOf(new Uri("http://greeter" + path));
}
