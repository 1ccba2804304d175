using System.Net;
using System.Net.Sockets;
using System.Text;
using Discovery.Client.Internal;
using Discovery.Client.Tests.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>What an adapter asks its registry never goes through the clients of the program, though all of those have the handler: it would wait for its own answer.</summary>
public sealed class OwnTransportTests
{
    [Fact]
    public async Task Adapter_HandlerOnAllClients_UsesNoneOfThem()
    {
        using var agent = new TcpListener(IPAddress.Loopback, 0);
        agent.Start();
        var (serving, asked) = (new CancellationTokenSource(), new List<string>());
        var serve = ServeAsync(agent, asked, serving.Token);
        var factory = new CountingFactory();
        var services = new ServiceCollection();
        services.AddServiceDiscovery(ConfigurationSetup.Pairs(("Discovery:Backend", "consul"), ("Discovery:Consul:Endpoints:0", $"http://{agent.LocalEndpoint}")));
        services.ConfigureHttpClientDefaults(builder => builder.AddDiscoveryHandler());
        services.AddSingleton<IHttpClientFactory>(factory);
        services.AddSingleton<IHttpMessageHandlerFactory>(factory);
        await using (var provider = services.BuildServiceProvider())
        {
            var backend = provider.GetRequiredService<IBackendSource>().Get("consul").Current;
            var wish = new ServiceRegistration { Instance = new() { ServiceName = "orders", InstanceId = "a", Host = "10.0.0.1", Port = 80 } };
            var lease = await backend.RegisterAsync(wish, TestContext.Current.CancellationToken);
            await backend.RenewAsync(lease.Group, TestContext.Current.CancellationToken);
            await backend.DeregisterAsync(lease, TestContext.Current.CancellationToken);
        }

        await serving.CancelAsync();
        await serve;
        Assert.Equal(4, asked.Count(line => line.StartsWith("PUT", StringComparison.Ordinal)));
        Assert.Equal(0, factory.Made);
    }

    private static async Task ServeAsync(TcpListener listener, List<string> asked, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // One request a connection, since that is all a test needs.
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
                asked.Add((await reader.ReadLineAsync(cancellationToken))!);
                var length = 0;
                while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } header)
                {
                    length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture) : length;
                }

                if (length > 0)
                {
                    await reader.ReadBlockAsync(new char[length], cancellationToken);
                }

                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private sealed class CountingFactory : IHttpClientFactory, IHttpMessageHandlerFactory
    {
        private int _made;

        public int Made => _made;

        public HttpClient CreateClient(string name) => new(CreateHandler(name));

        public HttpMessageHandler CreateHandler(string name)
        {
            Interlocked.Increment(ref _made);
            return new HttpClientHandler();
        }
    }
}
