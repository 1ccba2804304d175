using System.Text.Json;
using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>Another framework's client as a process: it registers, or prints what it sees at each change.</summary>
public sealed class InteropPeer : IAsyncDisposable
{
    // A client in Java says its first word after 2.5 s on an idle machine and after half a minute beside ten busy programs; it may have to be started again.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);

    private readonly Func<Task<KeptProcess>> _start;
    private readonly ServerFolder _folder;
    private readonly string _what;
    private KeptProcess _process;

    // A client that ends before it has said anything had no connection in its own time, which a busy machine may not give it.
    private int _restarts = 3;
    private bool _hasSpoken;

    private InteropPeer(KeptProcess process, Func<Task<KeptProcess>> start, ServerFolder folder, string what)
    {
        _process = process;
        _start = start;
        _folder = folder;
        _what = what;
    }

    /// <summary>Registers and waits for the word <c>registered</c>.</summary>
    /// <param name="program"><c>interop-go</c> or <c>interop-java</c>.</param>
    /// <param name="client">Which client of it: <c>consulapi</c>, <c>springcloud</c>, …</param>
    /// <param name="registry">Such as <c>consul://127.0.0.1:8500</c>.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="address">The instance's address, <c>IP:PORT</c>.</param>
    /// <param name="arguments">Further arguments: <c>--meta</c>, <c>k=v</c>, …</param>
    /// <param name="cancellationToken">Ends the attempt, and the peer with it.</param>
    /// <exception cref="ServerUnavailableException">The program is not on this machine: skip the test.</exception>
    public static async Task<InteropPeer> RegisterAsync(
        string program, string client, string registry, string service, string address, IReadOnlyList<string>? arguments = null, CancellationToken cancellationToken = default)
    {
        var peer = await StartAsync(program, [client, "register", "--registry", registry, "--service", service, "--address", address, .. arguments ?? []]);
        try
        {
            await peer.WaitForLineAsync(line => line.Contains("registered", StringComparison.Ordinal), TimeSpan.FromSeconds(60), cancellationToken);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Watches; read what it sees by <see cref="WaitForAsync"/>. The arguments are those of <see cref="RegisterAsync"/>.</summary>
    /// <exception cref="ServerUnavailableException">The program is not on this machine: skip the test.</exception>
    public static Task<InteropPeer> WatchAsync(string program, string client, string registry, string service, IReadOnlyList<string>? arguments = null)
        => StartAsync(program, [client, "watch", "--registry", registry, "--service", service, .. arguments ?? []]);

    /// <summary>Reads lines until one says what is wanted.</summary>
    /// <param name="wanted">Gets the JSON line <c>{"addresses":[…],"instances":[…]}</c>.</param>
    /// <param name="within">How long to wait at most. The time until the peer says anything at all does not count; it has three minutes for that.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">None did in time; the message has the last line.</exception>
    public async Task<JsonElement> WaitForAsync(Func<JsonElement, bool> wanted, TimeSpan within, CancellationToken cancellationToken = default)
    {
        JsonElement found = default;
        await WaitForLineAsync(
            line =>
            {
                if (!line.StartsWith('{'))
                {
                    return false;
                }

                found = JsonSerializer.Deserialize<JsonElement>(line);
                return wanted(found);
            },
            within,
            cancellationToken);
        return found;
    }

    /// <summary>Waits until the peer sees exactly these addresses.</summary>
    public Task<JsonElement> WaitForAddressesAsync(IReadOnlyCollection<string> addresses, TimeSpan within, CancellationToken cancellationToken = default)
        => WaitForAsync(line => line.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!).ToHashSet().SetEquals(addresses), within, cancellationToken);

    /// <summary>SIGTERM: the peer deregisters in its own way and ends. Killed after fifteen seconds.</summary>
    public async Task StopAsync()
    {
        await _process.SignalAsync("TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForEndAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_what} did not end on SIGTERM within 15 s. Its log:\n{KeptProcess.Tail(_folder.Log)}");
        }
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync() => await _process.EndAsync();

    /// <summary>Call when a test failed: the log stays.</summary>
    public void KeepLog() => _folder.Keep();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<InteropPeer> StartAsync(string program, string[] arguments)
    {
        var path = await ServerScripts.ProgramAsync($"peers/{program}");
        var folder = new ServerFolder($"{program}-{arguments[0]}");
        Task<KeptProcess> Start() => KeptProcess.StartAsync([path, .. arguments], folder.Log, lines: true, [new("INTEROP_STATE", folder.Data), folder.JavaOptions]);
        return new InteropPeer(await Start(), Start, folder, $"{program} {string.Join(' ', arguments)}");
    }

    private async Task WaitForLineAsync(Func<string, bool> wanted, TimeSpan within, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_hasSpoken ? within : StartTimeout);
        var last = "(nothing)";
        try
        {
            while (true)
            {
                if (await _process.Output.ReadLineAsync(limit.Token) is { } line)
                {
                    last = line;
                    if (!_hasSpoken)
                    {
                        _hasSpoken = true;
                        limit.CancelAfter(within);
                    }

                    if (wanted(line))
                    {
                        return;
                    }
                }
                else if (!_hasSpoken && _restarts-- > 0)
                {
                    await _process.DisposeAsync();
                    _process = await _start();
                }
                else
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_what} did not say it within {(_hasSpoken ? within : StartTimeout)}; last it said: {last}. Its log:\n{KeptProcess.Tail(_folder.Log)}");
        }

        throw new InvalidOperationException($"{_what} ended; last it said: {last}. Its log:\n{KeptProcess.Tail(_folder.Log)}");
    }
}
