using Discovery.Client.Conformance;
using Discovery.Client.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Servers that end and come back.</summary>
public sealed class RestartTests
{
    private const int Count = 500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ConsoleTests.All), MemberType = typeof(ConsoleTests))]
    [Trait("Category", NacosServers.LongForm)]
    public async Task Server_RestartedWithNothing_AProgramsFiveHundredRegistrationsComeBack(string server, NacosTransport transport)
    {
        await using var node = await OwnServer.StartAsync(server);
        using var admin = new NacosAdmin(node);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Discovery:Backend", "nacos"), new("Discovery:Nacos:Transport", transport.ToString()), new("Discovery:Nacos:Endpoints:0", node.Address.ToString())])
            .Build();
        await using var services = new ServiceCollection().AddServiceDiscovery(configuration).Services.BuildServiceProvider();
        var registrar = services.GetRequiredService<IServiceRegistrar>();
        IRegistrationHandle[] handles = [.. Enumerable.Range(0, Count).Select(i => registrar.Register(TestKit.Wish(TestKit.Instance($"many-{i % 5}", $"i{i}", 9000 + i), 30)))];
        await Task.WhenAll(handles.Select(handle => handle.WaitUntilRegisteredAsync(Stop)));
        await ListedAsync(admin);

        await node.WipeAsync(Stop);

        await ListedAsync(admin);
        await Task.WhenAll(handles.Select(handle => handle.DisposeAsync().AsTask()));
    }

    /// <summary>The program no longer waits for it, but its connection outlives the pause and would keep the instance.</summary>
    [Theory]
    [InlineData("nacos2")]
    [InlineData("nacos3")]
    [Trait("Category", NacosServers.LongForm)]
    public async Task Server_PausedWhileOneIsDeregistered_TakesItOutAfterwards(string server)
    {
        await using var node = await OwnServer.StartAsync(server);
        using var admin = new NacosAdmin(node);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Discovery:Backend", "nacos"), new("Discovery:Nacos:Endpoints:0", node.Address.ToString())])
            .Build();
        await using var services = new ServiceCollection().AddServiceDiscovery(configuration).Services.BuildServiceProvider();
        var registrar = services.GetRequiredService<IServiceRegistrar>();
        IRegistrationHandle[] handles = [.. Enumerable.Range(0, 2).Select(i => registrar.Register(TestKit.Wish(TestKit.Instance("orders", $"i{i}", 9000 + i), 30)))];
        await Task.WhenAll(handles.Select(handle => handle.WaitUntilRegisteredAsync(Stop)));
        await Eventually.SucceedsAsync(async () => Assert.Equal(2, (await admin.HostsAsync("orders")).Count), mayFail: error => error is not OperationCanceledException);

        await node.PauseAsync();
        await handles[0].DisposeAsync();
        await node.ResumeAsync();

        await Eventually.SucceedsAsync(async () => Assert.Equal(9001, Assert.Single(await admin.HostsAsync("orders")).GetProperty("port").GetInt32()), mayFail: error => error is not OperationCanceledException, seconds: 60);
    }

    [Theory]
    [InlineData("nacos2", NacosTransport.Http)]
    [InlineData("nacos3", NacosTransport.Grpc)]
    [InlineData("nacos2", NacosTransport.Grpc)]
    [InlineData("nacos3", NacosTransport.Http)]
    [Trait("Category", NacosServers.LongForm)]
    public async Task PersistentInstance_ServerRestarted_IsStillThereUntilItIsTakenOut(string server, NacosTransport transport)
    {
        await using var node = await OwnServer.StartAsync(server);
        await using var backend = BackendTestKit.Create(transport, options => options.Ephemeral = false, node.Address);
        var one = TestKit.Instance("lasting", "one");
        var lease = await backend.RegisterAsync(TestKit.Wish(one), Stop);
        await using var probe = new WatchProbe(backend, new("lasting"));
        await probe.UntilAsync(list => list.Instances.Length == 1, TimeSpan.FromSeconds(20), "one", Stop);
        await node.RestartAsync(Stop);

        await Eventually.SucceedsAsync(async () => Assert.Single((await backend.ReadAsync(new("lasting"), Stop)).Instances), mayFail: _ => true);
        await Eventually.SucceedsAsync(async () => await backend.DeregisterAsync(lease, Stop));

        await probe.UntilAsync(list => list.Instances.IsEmpty, TimeSpan.FromSeconds(20), "nothing", Stop);
    }

    private static async Task ListedAsync(NacosAdmin admin)
    {
        for (var service = 0; service < 5; service++)
        {
            var name = $"many-{service}";
            await Eventually.SucceedsAsync(async () => Assert.Equal(Count / 5, (await admin.HostsAsync(name)).Count), mayFail: error => error is not OperationCanceledException, seconds: 90);
        }
    }
}
