using System.Collections.Immutable;
using System.Text;

namespace Discovery.Client.Etcd.Tests.Layout;

public sealed class InstanceCodecTests
{
    [Fact]
    public void Encode_InstanceThatSaysLittle_IsShort()
        => Assert.Equal("{\"format\":1,\"host\":\"10.0.0.1\",\"port\":8080}", InstanceCodec.Encode(TestKit.Instance()).ToStringUtf8());

    [Fact]
    public void Decode_WhatWasEncoded_IsEqual()
    {
        var instance = TestKit.Instance() with
        {
            Host = "2001:db8::7",
            Scheme = "https",
            PathPrefix = "/api",
            Weight = 2.5,
            Zone = "eu",
            Version = "1.4",
            Status = ServiceStatus.Starting,
            Endpoints = ImmutableSortedDictionary.Create<string, ServiceEndpoint>(StringComparer.Ordinal).Add("admin", new("::1", 9090, "http", "/m")),
            Metadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("ключ", "🚀").Add("", ""),
        };
        Assert.Equal(instance, InstanceCodec.Decode(instance.ServiceName, instance.InstanceId, InstanceCodec.Encode(instance).Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.5:8080")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":2,"host":"a","port":1}""")]
    [InlineData("""{"format":1,"host":"a","port":0}""")]
    [InlineData("""{"format":1,"host":"a","port":65536}""")]
    [InlineData("""{"format":1,"host":"","port":1}""")]
    [InlineData("""{"format":1,"host":"a","port":1,"weight":-1}""")]
    [InlineData("""{"format":1,"host":"a","port":1,"status":"Dancing"}""")]
    [InlineData("""{"format":1,"host":"a","port":1,"endpoints":{"x":null}}""")]
    [InlineData("""{"format":1,"host":"a","port":1,"endpoints":{"x":{"port":1}}}""")]
    [InlineData("""{"format":1,"host":"a","port":1,"metadata":{"x":null}}""")]
    public void Decode_NoWholeDocument_IsNull(string value) => Assert.Null(InstanceCodec.Decode("orders", "a", Encoding.UTF8.GetBytes(value)));

    [Fact]
    public void Decode_UnknownMember_IsIgnored() => Assert.NotNull(InstanceCodec.Decode("orders", "a", """{"format":1,"host":"a","port":1,"later":{"x":1}}"""u8));

    [Fact]
    public void Decode_IdThatIsNone_IsNull() => Assert.Null(InstanceCodec.Decode("orders", " a", """{"format":1,"host":"a","port":1}"""u8));
}
