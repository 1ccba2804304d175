namespace Discovery.Client.Servers;

/// <summary>One proxy: clients connect to its port, or to its further ports, and reach the server behind it, through whatever trouble was added.</summary>
public sealed class ToxicProxy : IAsyncDisposable
{
    private readonly Toxiproxy _owner;
    private readonly IReadOnlyList<string> _names;
    private readonly PortLease _ports;
    private readonly HashSet<string> _toxics = [];

    internal ToxicProxy(Toxiproxy owner, IReadOnlyList<string> names, PortLease ports)
    {
        _owner = owner;
        _names = names;
        _ports = ports;
    }

    /// <summary>The port that clients use.</summary>
    public int Port => _ports.Port;

    /// <summary>The address for clients.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Half-open: connections stay and open, and nothing passes in either direction.</summary>
    public async Task SwallowAsync(CancellationToken cancellationToken = default)
    {
        await AddAsync("timeout", "upstream", new() { ["timeout"] = 0 }, cancellationToken);
        await AddAsync("timeout", "downstream", new() { ["timeout"] = 0 }, cancellationToken);
    }

    /// <summary>Answers every connection, open ones too at their next byte, with a reset.</summary>
    public Task ResetAsync(CancellationToken cancellationToken = default) => AddAsync("reset_peer", "downstream", new() { ["timeout"] = 0 }, cancellationToken);

    /// <summary>Delays what the server says.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default)
        => AddAsync("latency", "downstream", new() { ["latency"] = (int)delay.TotalMilliseconds }, cancellationToken);

    /// <summary>Adds any toxic that toxiproxy knows.</summary>
    /// <param name="type">Such as <c>bandwidth</c>, <c>slicer</c>, <c>limit_data</c>.</param>
    /// <param name="stream"><c>upstream</c> (to the server) or <c>downstream</c>.</param>
    /// <param name="attributes">What it takes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task AddAsync(string type, string stream, Dictionary<string, int> attributes, CancellationToken cancellationToken = default)
    {
        var toxic = $"{type}-{stream}";
        foreach (var name in _names)
        {
            await _owner.SendAsync(HttpMethod.Post, $"/proxies/{name}/toxics", new Dictionary<string, object>
            {
                ["name"] = toxic,
                ["type"] = type,
                ["stream"] = stream,
                ["attributes"] = attributes,
            }, cancellationToken);
        }

        _toxics.Add(toxic);
    }

    /// <summary>Takes all toxics away.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken = default)
    {
        foreach (var (name, toxic) in _names.SelectMany(name => _toxics.Select(toxic => (name, toxic))))
        {
            await _owner.SendAsync(HttpMethod.Delete, $"/proxies/{name}/toxics/{toxic}", null, cancellationToken);
        }

        _toxics.Clear();
    }

    /// <summary>Closes every connection and refuses new ones.</summary>
    public Task DisableAsync(CancellationToken cancellationToken = default) => EnableAsync(false, cancellationToken);

    /// <summary>Listens again.</summary>
    public Task EnableAsync(CancellationToken cancellationToken = default) => EnableAsync(true, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            await _owner.SendAsync(HttpMethod.Delete, $"/proxies/{name}", null, CancellationToken.None);
        }

        _ports.Dispose();
    }

    private async Task EnableAsync(bool enabled, CancellationToken cancellationToken)
    {
        foreach (var name in _names)
        {
            await _owner.SendAsync(HttpMethod.Post, $"/proxies/{name}", new Dictionary<string, object> { ["enabled"] = enabled }, cancellationToken);
        }
    }
}
