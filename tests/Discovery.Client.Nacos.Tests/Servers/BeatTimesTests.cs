namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Nacos refuses times that do not fit together.</summary>
[Collection(NacosServers.Alone)]
public sealed class BeatTimesTests(SingleNacos servers)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nacos2")]
    [InlineData("nacos3")]
    public async Task Register_WithSomeTimesOfItsOwn_IsTaken(string server)
    {
        var node = await servers.NodeAsync(server);
        await using var backend = BackendTestKit.Create(NacosTransport.Http, node.Address);
        (string Name, string Value, double Every)[] times =
        [
            (MetaNames.BeatInterval, "20000", 20), (MetaNames.BeatInterval, "2000", 2), (MetaNames.BeatInterval, "often", 20),
            (MetaNames.BeatTimeout, "3000", 1), (MetaNames.BeatTimeout, "90000", 20), (MetaNames.BeatTimeout, "soon", 5),
            (MetaNames.DeleteTimeout, "3000", 1), (MetaNames.DeleteTimeout, "1000000", 20), (MetaNames.DeleteTimeout, "never", 10),
        ];
        foreach (var (i, (name, value, every)) in times.Index())
        {
            var instance = TestKit.Instance("times", i.ToString(System.Globalization.CultureInfo.InvariantCulture), 8080 + i);
            var lease = await backend.RegisterAsync(TestKit.Wish(instance with { Metadata = instance.Metadata.SetItem(name, value) }, 60), Stop);

            Assert.Equal(every, lease.Group.RenewEvery!.Value.TotalSeconds, 6);
        }
    }
}
