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

    [Theory]
    [InlineData("http://greeter/orders/17?view=full&name=a+b", true)]
    [InlineData("http://greeter:81/orders;v=1,2/(a)*!$~", true)]
    [InlineData("https+http://greeter/", true)]
    [InlineData("HTTP://GREETER//orders", true)]
    [InlineData("http://greeter", false)]
    [InlineData("http://greeter?at=/17", false)]
    [InlineData("http://greeter/orders#last", false)]
    [InlineData("http://greeter/%41?%41", false)]
    [InlineData("http://greeter/a b", false)]
    [InlineData("http://greeter/a\\b", false)]
    [InlineData("http:\\\\greeter/a", false)]
    [InlineData("http://greeter/a/../b", false)]
    [InlineData("http://greeter/.", false)]
    [InlineData("http://user@greeter/a", false)]
    [InlineData("  http://greeter/a", false)]
    [InlineData("http://greeter/a ", false)]
    [InlineData("http://greeter/ä", false)]
    [InlineData("http://greeter/a|b", false)]
    public void Path_ReadFromTheText_IsWhatTheUriSays(string text, bool isRead)
    {
        var uri = new Uri(text);
        Assert.Equal(isRead, RequestPath.TryRead(uri, out var path));
        Assert.Equal(isRead ? uri.PathAndQuery : "", path.ToString());
    }

    [Fact]
    public void Path_AnyText_IsReadAsTheUriReadsItOrNotAtAll()
    {
        const string Characters = "ab1AZ-_~/?=&.,:;+!$*()%20/../.\\#@|'[]^{} ä";
        var random = new Random(1);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            // Mostly the first ones and a slash, else hardly any text would be read.
            var rest = (random.Next(5) == 0 ? "" : "/") + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Characters[random.Next(random.Next(40) == 0 ? Characters.Length : 24)]));
            var scheme = (string[])["http", "https", "https+http", "ws", "wss"];
            if (!Uri.TryCreate($"{scheme[i % scheme.Length]}://greeter{rest}", UriKind.Absolute, out var uri) || !RequestPath.TryRead(uri, out var path))
            {
                continue;
            }

            read++;
            Assert.Equal(uri.PathAndQuery, path.ToString());
            Assert.Empty(uri.UserInfo + uri.Fragment);
        }

        Assert.InRange(read, 5_000, 20_000);
    }

    private Uri Ask(string path) => _target.UriOf(new Uri("http://greeter" + path));
}
