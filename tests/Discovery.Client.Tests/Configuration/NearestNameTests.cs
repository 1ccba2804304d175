using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["consul", "etcd", "local", "least-requests"];

    [Theory]
    [InlineData("consol", " (did you mean 'consul'?)")]
    [InlineData("Consull", " (did you mean 'consul'?)")]
    [InlineData("LeastRequest", " (did you mean 'least-requests'?)")]
    [InlineData("locla", " (did you mean 'local'?)")]
    [InlineData("x", " (known are consul, etcd, least-requests, local)")]
    [InlineData("dns", " (known are consul, etcd, least-requests, local)")]
    public void Suggest_NearestOrAll(string name, string expected) => Assert.Equal(expected, NearestName.Suggest(name, Known));

    [Fact]
    public void Suggest_NothingKnown_SaysNothing() => Assert.Equal("", NearestName.Suggest("x", []));
}
