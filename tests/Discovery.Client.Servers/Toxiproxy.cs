using System.Globalization;
using System.Net.Http.Json;
using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>Proxies between clients and servers that can cut, delay and swallow what passes.</summary>
public sealed class Toxiproxy : IAsyncDisposable
{
    private readonly KeptProcess _process;
    private readonly PortLease _ports;
    private readonly ServerFolder _folder;
    private readonly HttpClient _http;

    private Toxiproxy(KeptProcess process, PortLease ports, ServerFolder folder)
    {
        _process = process;
        _ports = ports;
        _folder = folder;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{ports.Port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>Starts toxiproxy and waits until it answers.</summary>
    /// <exception cref="ServerUnavailableException">It is not on this machine: skip the test.</exception>
    public static async Task<Toxiproxy> StartAsync(CancellationToken cancellationToken = default)
    {
        var program = await ServerScripts.ProgramAsync("bin/toxiproxy-server");
        var ports = PortLease.Take();
        var folder = new ServerFolder($"toxiproxy-{ports.Port}");
        var process = await KeptProcess.StartAsync(
            [program, "-host", "127.0.0.1", "-port", ports.Port.ToString(CultureInfo.InvariantCulture)], folder.Log);
        var toxiproxy = new Toxiproxy(process, ports, folder);
        try
        {
            await toxiproxy.WaitUntilReadyAsync(cancellationToken);
            return toxiproxy;
        }
        catch
        {
            await toxiproxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a proxy on a free port in front of a port of this machine.</summary>
    /// <param name="upstreamPort">The port behind it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<ToxicProxy> CreateProxyAsync(int upstreamPort, CancellationToken cancellationToken = default) => CreateProxyAsync(upstreamPort, [], cancellationToken);

    /// <summary>Makes a proxy in front of a server that clients reach at several ports.</summary>
    /// <param name="upstreamPort">The first port behind it.</param>
    /// <param name="offsets">The distances of the further ports from the first, before the proxy and behind it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<ToxicProxy> CreateProxyAsync(int upstreamPort, IReadOnlyList<int> offsets, CancellationToken cancellationToken = default)
    {
        var ports = PortLease.Take(offsets);
        var names = new List<string>();
        foreach (var offset in offsets.Prepend(0))
        {
            names.Add($"p{ports.Port + offset}");
            await SendAsync(HttpMethod.Post, "/proxies", new Dictionary<string, object>
            {
                ["name"] = names[^1],
                ["listen"] = $"127.0.0.1:{ports.Port + offset}",
                ["upstream"] = $"127.0.0.1:{upstreamPort + offset}",
                ["enabled"] = true,
            }, cancellationToken);
        }

        return new ToxicProxy(this, names, ports);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        _ports.Dispose();
        _folder.Dispose();
    }

    internal async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"toxiproxy: {method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                await SendAsync(HttpMethod.Get, "/version", null, limit.Token);
                return;
            }
            catch (HttpRequestException) when (!_process.HasEnded)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
            }
        }
    }
}
