using System.Globalization;
using Discovery.Client.Http;
using Discovery.Client.Internal;
using Discovery.Client.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>A container with the engine, one fixed registry and a stub transport.</summary>
internal sealed class HttpWorld : IAsyncDisposable
{
    private readonly ServiceCollection _services = new();
    private ServiceProvider? _provider;

    public HttpWorld(params ServiceInstance[]? instances)
    {
        Backend = new FixedBackend(instances);
        _services.AddDiscoveryClient();
        _services.AddSingleton<IBackendSource>(Backend);
    }

    public FixedBackend Backend { get; }

    public StubTransport Transport { get; set; } = new();

    public IServiceCollection Services => _services;

    public ServiceProvider Provider => _provider ??= _services.BuildServiceProvider();

    public static ServiceInstance Instance(int number, string? scheme = "http")
        => new() { ServiceName = "greeter", InstanceId = number.ToString(CultureInfo.InvariantCulture), Host = "10.0.0." + number, Port = 8080, Scheme = scheme };

    public HttpWorld Configure(Action<DiscoveryClientOptions> configure)
    {
        _services.Configure(configure);
        return this;
    }

    /// <summary>A client with the handler on it alone.</summary>
    public HttpClient Client(bool everyHost = true)
        => new(new DiscoveryHandler(Provider.GetRequiredService<HttpDispatcher>(), everyHost) { InnerHandler = Transport });

    public async Task<ServiceView> ViewAsync(string service = "greeter")
        => await Provider.GetRequiredService<IDiscoveryClient>().GetViewAsync(service, TestContext.Current.CancellationToken);

    public async Task<int> OutstandingAsync() => (await ViewAsync()).Nodes.Sum(node => node.Node.Outstanding);

    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? default;
}
