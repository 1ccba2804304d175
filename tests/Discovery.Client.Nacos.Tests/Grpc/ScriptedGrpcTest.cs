using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>Tests on servers that do what real ones do not do on demand, in virtual time.</summary>
public abstract class ScriptedGrpcTest : IAsyncDisposable
{
    protected static readonly ServiceQuery Orders = new("orders");

    private readonly List<ScriptedGrpcServer> _servers = [];
    private NacosRegistryBackend? _backend;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected FakeTimeProvider Clock { get; } = new();

    private protected RecordingLogger Log { get; } = new();

    private protected NacosRegistryBackend Backend => _backend!;

    public async ValueTask DisposeAsync()
    {
        await (_backend?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected async Task<ScriptedGrpcServer[]> StartAsync(int count, Action<NacosOptions>? configure = null)
    {
        for (var i = 0; i < count; i++)
        {
            _servers.Add(await ScriptedGrpcServer.StartAsync());
        }

        _backend = BackendTestKit.Create(
            NacosTransport.Grpc,
            options =>
            {
                options.GrpcPortOffset = 0;
                configure?.Invoke(options);
            },
            Clock, Log,
            [.. _servers.Select(server => server.Address)]);
        return [.. _servers];
    }

    protected static string ListOf(int port) => $$$"""{"resultCode":200,"serviceInfo":{"name":"orders","groupName":"DEFAULT_GROUP","hosts":[{"ip":"10.0.0.1","port":{{{port}}}}]}}""";

    protected async Task AdvanceAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await AdvanceAsync();
        }
    }

    /// <summary>A second, and a moment for what follows from it. A test that passes does so however long the moment is.</summary>
    protected async Task AdvanceAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
    }

    protected Task AdvanceUntilAsync(Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "the condition");
}
