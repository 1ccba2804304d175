using System.Text;
using System.Text.Json;

namespace Discovery.Client.Nacos.Tests.Http;

/// <summary>Requests and answers as they were seen at Nacos 2.3.2, 3.1.0 and r-nacos 0.8.8.</summary>
public sealed class OpenApiTests
{
    private static readonly ServiceKey Service = new("public", "DEFAULT_GROUP", "h1");

    private static readonly RegisteredInstance Instance = new(
        Service, "one", new NacosInstance { Ip = "10.0.0.1", Port = 80, ClusterName = "c1", Weight = 0.5, Metadata = new() { ["a"] = "中&=" } }, TimeSpan.FromSeconds(15));

    [Fact]
    public void Register_V1_SaysEverything()
    {
        var request = new OpenApiV1().Register(Instance).Request;
        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal(
            "serviceName=DEFAULT_GROUP%40%40h1&groupName=DEFAULT_GROUP&ip=10.0.0.1&port=80&clusterName=c1&namespaceId=public&ephemeral=true&weight=0.5&enabled=true&healthy=true&metadata=%7B%22a%22%3A%22%E4%B8%AD%26%3D%22%7D",
            request.Encode([]));
        Assert.Equal("DEFAULT_GROUP@@h1", request.Resource);
    }

    [Fact]
    public void Beat_BothGenerations_SayOnlyWhoseItIs()
    {
        Assert.Equal("serviceName=DEFAULT_GROUP%40%40h1&groupName=DEFAULT_GROUP&ip=10.0.0.1&port=80&clusterName=c1&namespaceId=public&ephemeral=true", new OpenApiV1().Beat(Instance).Request.Encode([]));
        Assert.Equal("serviceName=h1&groupName=DEFAULT_GROUP&ip=10.0.0.1&port=80&clusterName=c1&namespaceId=public&ephemeral=true&heartBeat=true", new OpenApiV3().Beat(Instance).Request.Encode([]));
    }

    [Theory]
    [InlineData("""{"clientBeatInterval":5000,"code":10200,"lightBeatEnabled":true}""", true, 5.0)]
    [InlineData("""{"clientBeatInterval":2000,"code":10200}""", true, 2.0)]
    [InlineData("""{"code":10200}""", true, null)]
    [InlineData("""{"clientBeatInterval":5000,"code":20404,"lightBeatEnabled":true}""", false, null)]
    public void Beat_V1_TellsWhetherItIsKnown(string body, bool known, double? interval)
        => Assert.Equal(new BeatVerdict(known, interval is { } seconds ? TimeSpan.FromSeconds(seconds) : null), new OpenApiV1().Beat(Instance).Read(Answer(body)));

    [Theory]
    [InlineData("""{"code":0,"message":"success","data":"ok"}""", true)]
    [InlineData("""{"code":21003,"message":"instance not found","data":null}""", false)]
    public void Beat_V3_TellsWhetherItIsKnown(string body, bool known) => Assert.Equal(known, new OpenApiV3().Beat(Instance).Read(Answer(body)).IsKnown);

    [Theory]
    [InlineData("<html>not yet</html>")]
    [InlineData("""{"code":30000,"message":"server error","data":null}""")]
    [InlineData("null")]
    public void AnyAnswer_ThatIsSomethingElse_IsNoSuccess(string body)
    {
        Assert.ThrowsAny<Exception>(() => new OpenApiV1().Register(Instance).Read(Answer(body)));
        Assert.ThrowsAny<Exception>(() => new OpenApiV1().Beat(Instance).Read(Answer(body)));
        Assert.ThrowsAny<Exception>(() => new OpenApiV1().List(Service, []).Read(Answer(body)));
        Assert.ThrowsAny<Exception>(() => new OpenApiV3().Register(Instance).Read(Answer(body)));
        Assert.ThrowsAny<Exception>(() => new OpenApiV3().Beat(Instance).Read(Answer(body)));
        Assert.ThrowsAny<Exception>(() => new OpenApiV3().List(Service, []).Read(Answer(body)));
    }

    [Fact]
    public void List_EveryShape_IsRead()
    {
        var v2 = new OpenApiV1().List(Service, []).Read(Answer("""{"name":"DEFAULT_GROUP@@h1","groupName":"DEFAULT_GROUP","clusters":"","cacheMillis":10000,"hosts":[{"instanceId":"10.0.0.1#80#DEFAULT#DEFAULT_GROUP@@h1","ip":"10.0.0.1","port":80,"weight":1.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT","serviceName":"DEFAULT_GROUP@@h1","metadata":{},"instanceHeartBeatInterval":5000}],"lastRefTime":1795359809918,"checksum":"","allIPs":false,"reachProtectionThreshold":true,"valid":true}"""));
        Assert.Equal((10_000, true, "10.0.0.1"), (v2.CacheMillis, v2.ReachProtectionThreshold, Assert.Single(v2.Hosts!.Items).Ip));
        var r = new OpenApiV1().List(Service, []).Read(Answer("""{"name":"DEFAULT_GROUP@@x","clusters":"","cacheMillis":10000,"hosts":[],"lastRefTime":1795527837358,"useSpecifiedURL":false,"env":"","protectThreshold":null,"dom":"x","metadata":null}"""));
        Assert.Empty(r.Hosts!.Items);
        var call = new OpenApiV3().List(Service, ["DEFAULT", "c1"]);
        Assert.Contains("clusterName=DEFAULT%2Cc1", call.Request.Encode([]), StringComparison.Ordinal);
        var v3 = call.Read(Answer("""{"code":0,"message":"success","data":[{"ip":"10.0.0.1","port":80,"weight":1.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT","serviceName":"DEFAULT_GROUP@@v3","metadata":{"a":"中"}}]}"""));
        Assert.Equal("中", Assert.Single(v3.Hosts!.Items).Metadata!["a"]);
    }

    [Theory]
    [InlineData("""{"weight":0.5,"metadata":{"a":"b"}}""", "There")]
    [InlineData("""{"weight":7.0,"metadata":{"a":"b"}}""", "There")]
    [InlineData("""{"weight":7.0,"metadata":{"a":"b"},"marked":true}""", "OtherWeight")]
    [InlineData("""{"weight":1.0,"metadata":{},"marked":true}""", "Gone")]
    public void Look_WhatABeatMade_IsNotWhatWasRegistered(string body, string expected)
        => Assert.Equal(Enum.Parse<Presence>(expected), new OpenApiV1().Look(Instance)!.Read(Answer(body)));

    [Fact]
    public void Names_OfOtherGroupsAndFurtherPages_AreToldApart()
    {
        var page = NamesCalls.AdminOfV3("public", "DEFAULT_GROUP", 1).Read(Answer("""{"code":0,"message":"success","data":{"totalCount":501,"pageItems":[{"name":"a","groupName":"DEFAULT_GROUP"},{"name":"b","groupName":"MY_DEFAULT_GROUP"}]}}"""));
        Assert.Equal(["a"], page.Names);
        Assert.False(page.IsLast);
        var last = NamesCalls.ClientOfV1("public", "DEFAULT_GROUP", 1).Read(Answer("""{"count":1,"doms":["x"]}"""));
        Assert.Equal(["x"], last.Names);
        Assert.True(last.IsLast);
        Assert.Throws<FormatException>(() => NamesCalls.ConsoleOfV1("public", "DEFAULT_GROUP", 1).Read(Answer("{}")));
        Assert.ThrowsAny<JsonException>(() => NamesCalls.ConsoleOfV1("public", "DEFAULT_GROUP", 1).Read(Answer("<html>")));
    }

    private static HttpAnswer Answer(string body) => new(200, Encoding.UTF8.GetBytes(body));
}
