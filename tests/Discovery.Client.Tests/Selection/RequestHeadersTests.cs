using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class RequestHeadersTests
{
    [Theory]
    [InlineData("session=abc", "abc")]
    [InlineData("a=1; session=abc; b=2", "abc")]
    [InlineData("a=1;session=abc=d", "abc=d")]
    [InlineData("xsession=1; session2=2", null)]
    [InlineData("Session=abc", null)]
    [InlineData("session=", "")]
    [InlineData("session", null)]
    public void FindCookie_AmongOthers_ItsValue(string cookies, string? value)
    {
        using var request = new HttpRequestMessage();
        request.Headers.Add("Cookie", cookies);
        Assert.Equal(value, new RequestHeaders(request).FindCookie("session"));
        Assert.Equal(value, new RequestHeaders(new Dictionary<string, string> { ["cookie"] = cookies }).FindCookie("session"));
    }

    [Fact]
    public void Find_Request_AnyCase()
    {
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation("X-Customer", "42");
        Assert.Equal("42", new RequestHeaders(request).Find("x-customer"));
        Assert.Null(new RequestHeaders(request).Find("x-other"));
        Assert.Null(default(RequestHeaders).Find("x-customer"));
    }

    [Fact]
    public void KeySource_HeaderBeforeCookie_EmptyIsNone()
    {
        var source = KeySource.Of(new KeyOptions { Header = "X-Customer", Cookie = "session" })!;
        ulong? Key(params (string Name, string Value)[] headers) => source.Find(new RequestHeaders(headers.ToDictionary(header => header.Name, header => header.Value)));

        Assert.Equal(Key(("X-Customer", "abc")), Key(("Cookie", "session=abc")));
        Assert.Equal(Key(("X-Customer", "abc")), Key(("X-Customer", "abc"), ("Cookie", "session=d")));
        Assert.NotNull(Key(("X-Customer", "abc")));
        Assert.Null(Key(("X-Customer", "")));
        Assert.Null(Key());
        Assert.Null(KeySource.Of(new KeyOptions()));
    }
}
