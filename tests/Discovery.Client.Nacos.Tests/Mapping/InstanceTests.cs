using System.Collections.Immutable;

namespace Discovery.Client.Nacos.Tests.Mapping;

public sealed class InstanceTests
{
    [Theory]
    [InlineData(ServiceStatus.Up, 3.0, 3.0)]
    [InlineData(ServiceStatus.Up, 20_000.0, 10_000.0)]
    [InlineData(ServiceStatus.OutOfService, 3.0, 0.0)]
    [InlineData(ServiceStatus.Starting, 1.0, 0.0)]
    public void WriteAndRead_StatusAndWeight_ComeBackAndOthersSendNothing(ServiceStatus status, double weight, double written)
    {
        var instance = TestKit.Instance() with { Status = status, Weight = weight, Version = "1", Metadata = Pairs(("version", "mine"), ("discovery-client-x", "y")) };

        var record = Write(instance, 7);

        Assert.Equal(written, record.Weight);
        Assert.Equal(new ReadInstance(instance, 7), InstanceReader.Read(record, "orders"));
    }

    [Fact]
    public void Read_WeightChangedInTheConsole_IsTheConsoles()
        => Assert.Equal(5, InstanceReader.Read(Write(TestKit.Instance() with { Weight = 20_000 }, 1) with { Weight = 5 }, "orders").Instance.Weight);

    [Theory]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("-1")]
    public void Read_WeightThatIsNone_IsDamaged(string weight)
    {
        var record = Write(TestKit.Instance() with { Weight = 20_000 }, 1);
        record.Metadata![MetaNames.Weight] = weight;

        Assert.Throws<FormatException>(() => InstanceReader.Read(record, "orders"));
    }

    [Fact]
    public void Read_SpringsInstance_HasItsSchemeZoneAndVersion()
    {
        var record = new NacosInstance { Ip = "10.0.0.1", Port = 80, Metadata = new() { ["secure"] = "true", ["zone"] = "z1", ["version"] = "v2", ["preserved.register.source"] = "SPRING_CLOUD" } };

        var instance = InstanceReader.Read(record, "orders").Instance;

        Assert.Equal(("https", "z1", "v2", "10.0.0.1#80#DEFAULT", 4), (instance.Scheme, instance.Zone, instance.Version, instance.InstanceId, instance.Metadata.Count));
    }

    /// <summary>As others read it.</summary>
    [Fact]
    public void Write_SchemeZoneAndVersion_StandUnderSpringsNames()
    {
        var metadata = Write(TestKit.Instance() with { Scheme = "https", Zone = "z1", Version = "v2" }, 1).Metadata!;

        Assert.Equal(("true", "z1", "v2"), (metadata["secure"], metadata["zone"], metadata["version"]));
    }

    [Theory]
    [InlineData("preserved.register.source", "SPRING_CLOUD", "5000 15000 30000", 5)]
    [InlineData("preserved.heart.beat.timeout", "3000", "1000 3000 30000", 1)]
    [InlineData("preserved.heart.beat.interval", "2000", "2000 15000 30000", 2)]
    [InlineData("preserved.ip.delete.timeout", "60000", "5000 15000 60000", 5)]
    [InlineData("preserved.ip.delete.timeout", "3000", "1000 15000 3000", 1)]
    [InlineData("preserved.heart.beat.timeout", "60000", "5000 60000 120000", 5)]
    [InlineData("preserved.heart.beat.interval", "20000", "20000 60000 120000", 5)]
    [InlineData("preserved.heart.beat.interval", "often", "often 15000 30000", 5)]
    [InlineData("preserved.heart.beat.timeout", "soon", "5000 soon 30000", 5)]
    public void Write_TimesOfTheUsers_HoldAndTheBeatsKeepThem(string key, string value, string times, double every)
    {
        var wish = TestKit.Wish(TestKit.Instance() with { Metadata = Pairs((key, value)) });

        var record = InstanceWriter.Write(wish, "DEFAULT", ephemeral: true, beats: true, 1);

        Assert.Equal(times, $"{record.Metadata!["preserved.heart.beat.interval"]} {record.Metadata["preserved.heart.beat.timeout"]} {record.Metadata["preserved.ip.delete.timeout"]}");
        Assert.Equal(every, BeatPace.Decide(new(new("public", "DEFAULT_GROUP", "orders"), "1", record, wish.TimeToLive), wanted: null).TotalSeconds, 6);
        Assert.Equal(wish.Instance.Metadata, InstanceReader.Read(record, "orders").Instance.Metadata);
    }

    [Fact]
    public void ReadList_TwoOfOneInstance_TheLastRegisteredCountsInAnyOrder()
    {
        var (ghost, now) = (Write(TestKit.Instance(), 1), Write(TestKit.Instance(port: 8081), 2));
        NacosInstance[][] orders = [[ghost, now], [now, ghost]];

        Assert.All(orders, hosts => Assert.Equal(8081, Assert.Single(ListReader.Read(new() { Hosts = new(hosts, 0) }, "orders", []).Instances).Port));
    }

    [Fact]
    public void ReadList_Protected_SaysThatHealthIsNotKnown()
        => Assert.Equal(
            ServiceStatus.Warning, Assert.Single(ListReader.Read(new() { ReachProtectionThreshold = true, Hosts = new([Write(TestKit.Instance(), 1)], 0) }, "orders", []).Instances).Status);

    [Fact]
    public void ReadList_Clusters_LeavesOutTheOthers()
        => Assert.Empty(ListReader.Read(new() { Hosts = new([Write(TestKit.Instance(), 1)], 0) }, "orders", ["hangzhou"]).Instances);

    private static NacosInstance Write(ServiceInstance instance, long number) => InstanceWriter.Write(TestKit.Wish(instance), "DEFAULT", ephemeral: true, beats: false, number);

    private static ImmutableSortedDictionary<string, string> Pairs(params (string Key, string Value)[] pairs)
        => pairs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
}
