using System.Text;
using System.Text.Json;

namespace Discovery.Client.Consul.Tests.Mapping;

public sealed class DecodingTests
{
    [Fact]
    public void Decode_RegistrationWritten_IsReadBackEqual()
    {
        var instance = HostileInstances.Full("orders");
        Assert.Equal(instance, Assert.Single(Decode("orders", Record(RegistrationWriter.Write(TestKit.Wish(instance), [], TimeSpan.FromMinutes(1)), maintenance: true))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Decode_Weight_IsReadBackEqual(double weight)
    {
        var instance = TestKit.Instance() with { Weight = weight };
        var body = RegistrationWriter.Write(TestKit.Wish(instance), [], TimeSpan.FromMinutes(1));
        Assert.InRange(body.Weights.Passing, 1, 65535);
        Assert.Equal(weight, Assert.Single(Decode("orders", Record(body))).Weight);
    }

    [Theory]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("-1")]
    public void Decode_WeightThatIsNone_IsConsulsOwn(string weight)
    {
        var body = RegistrationWriter.Write(TestKit.Wish(TestKit.Instance() with { Weight = 7 }), [], TimeSpan.FromMinutes(1));
        body.Meta[MetaNames.Weight] = weight;
        Assert.Equal(7, Assert.Single(Decode("orders", Record(body))).Weight);
    }

    [Fact]
    public void Write_HttpsInstance_OthersFindWhatTheyKnow()
    {
        var body = RegistrationWriter.Write(TestKit.Wish(TestKit.Instance() with { Scheme = "https", Version = "2", Zone = "z" }), ["team=a"], TimeSpan.FromMinutes(1));
        Assert.Equal("true", body.Meta["secure"]);
        Assert.Equal(("2", "z"), (body.Meta["version"], body.Meta["zone"]));
        Assert.Equal(["team=a", "version=2"], body.Tags);
        Assert.Equal("https://10.0.0.1:8080", body.TaggedAddresses!["https"].Address);
        Assert.Equal("team=a", Assert.Single(Decode("orders", Record(body))).Metadata["tags"]);
    }

    [Theory]
    [InlineData("consulapi", "itest-consulapi-consul-0", "itest-consulapi-consul-0-127.0.0.1-24800", null, null, 7)]
    [InlineData("kratos", "itest-kratos-consul-10", "11c1dad6-96c0-4054-9572-b7bbd116ffbf", "grpc", "v1.0.0", 7)]
    [InlineData("kitex", "itest-kitex-consul-6", "itest-kitex-consul-6:127.0.0.1:24812", null, null, 7)]
    [InlineData("gomicro", "itest-gomicro-consul-3", "itest-gomicro-consul-3-2d2e0443-a7ef-4304-8f90-53a53bdecdd3", null, "v1.0.0", 1)]
    [InlineData("springcloud", "orders", "orders-25810", "http", "v2", 1)]
    public void Decode_RecordedForeignInstance_SaysWhatItsFrameworkMeans(string framework, string service, string id, string? scheme, string? version, double weight)
    {
        var instance = Assert.Single(Decode(service, Fixture($"health-{framework}-1.22.5.json")));
        Assert.Equal((id, "127.0.0.1", scheme, version, "z1", ServiceStatus.Up), (instance.InstanceId, instance.Host, instance.Scheme, instance.Version, instance.Zone, instance.Status));
        Assert.Equal(weight, instance.Weight);
        Assert.True(framework == "springcloud" || instance.Metadata["color"] == "blue");
    }

    [Fact]
    public void Decode_RecordedOn187_TagsBecomeMetadata()
    {
        var instance = Assert.Single(Decode("web", Fixture("health-web-1.8.7.json")));
        Assert.Equal(("web-1", "10.0.0.5", 8080, 10d), (instance.InstanceId, instance.Host, instance.Port, instance.Weight));
        Assert.Equal(("v1", "http", "a", "1.2"), (instance.Metadata["tags"], instance.Scheme, instance.Zone, instance.Version));
        Assert.Equal(new ServiceEndpoint("198.51.100.7", 443), instance.Endpoints["wan"]);
    }

    [Fact]
    public void Decode_BadRecordsAmongGoodOnes_AreLeftOutAndCounted()
    {
        var json = """
            [ {"Node":{"Node":"n","Address":"10.0.0.9"},"Service":{"ID":"a","Service":"s","Port":1,"Address":"","Meta":null,"Tags":null},"Checks":null},
              null, 5, "x", [], {}, {"Service":null},
              {"Service":{"ID":"","Service":"s","Port":1,"Address":"h"}},
              {"Service":{"ID":"b","Service":"s","Port":0,"Address":"h"}},
              {"Service":{"ID":"c","Service":"s","Port":70000,"Address":"h"}},
              {"Service":{"ID":"d","Service":"s","Port":"80","Address":"h"}},
              {"Service":{"ID":"e","Service":"s","Port":1,"Address":"h","Meta":{"a":1}}},
              {"Service":{"ID":"f","Service":"s","Port":1}},
              {"Service":{"ID":"g\u0001","Service":"s","Port":1,"Address":"h"}},
              {"Service":{"ID":"S","Service":"S","Port":1,"Address":"h"}},
              {"Service":{"ID":"z","Service":"s","Port":65535,"Address":"[::1]","ModifyIndex":9223372036854775809,"New":{"x":[1]}}} ]
            """;
        var (instances, rejected) = new HealthDecoder("s").Decode(Encoding.UTF8.GetBytes(json));
        Assert.Equal(["a 10.0.0.9:1", "z ::1:65535"], instances.Select(i => $"{i.InstanceId} {i.Host}:{i.Port}"));
        Assert.Equal(13, rejected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[{\"Service\":{")]
    [InlineData("[{},")]
    [InlineData("<html>")]
    public void Decode_NoList_Throws(string json) => Assert.ThrowsAny<JsonException>(() => new HealthDecoder("s").Decode(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public void Decode_Nothing_IsEmpty(string json) => Assert.Empty(new HealthDecoder("s").Decode(Encoding.UTF8.GetBytes(json)).Instances);

    [Fact]
    public void Decode_SameIndexes_SameObjectAndForgottenOnDemand()
    {
        var decoder = new HealthDecoder("web");
        var json = Fixture("health-web-1.8.7.json");
        var first = decoder.Decode(json).Instances[0];
        Assert.Same(first, decoder.Decode(json).Instances[0]);
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("\"Port\":8080,\"Weights\"", "\"Port\":8081,\"Weights\"", StringComparison.Ordinal).Replace("\"ModifyIndex\":12}", "\"ModifyIndex\":99}", StringComparison.Ordinal));
        Assert.Equal(8081, decoder.Decode(changed).Instances[0].Port);
        decoder.Forget();
        Assert.NotSame(first, decoder.Decode(json).Instances[0]);
    }

    [Fact]
    public void DecodeNames_Names_AreDecodedAndInvalidOnesLeftOut()
        => Assert.Equal(["Orders", "a//b", "consul", "x y"], ConsulNamesWatch.DecodeNames("""{"consul":[],"a/~2fb":["t"],"x y":[],"Orders":["t","u"]," ":[]}"""u8).Order(StringComparer.Ordinal));

    private static IReadOnlyList<ServiceInstance> Decode(string service, byte[] json)
    {
        var (instances, rejected) = new HealthDecoder(service).Decode(json);
        Assert.Equal(0, rejected);
        return instances;
    }

    private static byte[] Fixture(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    /// <summary>What Consul makes of a registration.</summary>
    private static byte[] Record(RegistrationBody body, bool maintenance = false)
    {
        var service = JsonSerializer.SerializeToNode(body, ConsulJsonContext.Default.RegistrationBody)!.AsObject();
        service["Service"] = body.Name;
        var checks = maintenance ? $$"""[{"CheckID":"{{body.Checks[^1].Id}}","Status":"critical"},{"CheckID":"{{body.Checks[0].Id}}","Status":"passing"}]""" : "[]";
        return Encoding.UTF8.GetBytes($$"""[{"Node":{"Node":"n1","Address":"127.0.0.1"},"Service":{{service.ToJsonString()}},"Checks":{{checks}}}]""");
    }
}
