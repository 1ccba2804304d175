using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>One running node of a real registry. It ends with this process at the latest, however that ends.</summary>
/// <remarks>Every operation returns when it has happened: a killed node is gone, a started one answers clients.</remarks>
public sealed class ServerNode : IAsyncDisposable
{
    // Alone a Nacos server starts in 5 s; in the long form, where a dozen run on two processors, it took up to 90.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<string> _command;
    private readonly KeyValuePair<string, string>[] _environment;
    private readonly PortLease? _ports;
    private readonly ServerFolder _folder;
    private readonly TimeSpan _readyWithin;
    private readonly NodeNetwork? _network;
    private KeptProcess? _process;

    private ServerNode(
        ServerKind kind, int port, PortLease? ports, ServerFolder folder, IReadOnlyList<string> command, KeyValuePair<string, string>[] environment, TimeSpan readyWithin, NodeNetwork? network = null)
    {
        Kind = kind;
        Port = port;
        _ports = ports;
        _folder = folder;
        _command = command;
        _environment = environment;
        _readyWithin = readyWithin;
        _network = network;
    }

    /// <summary>Which registry in which version.</summary>
    public ServerKind Kind { get; }

    /// <summary>The port that clients use.</summary>
    public int Port { get; }

    /// <summary>The address for clients, such as <c>http://127.0.0.1:12340</c>.</summary>
    public Uri Address => new($"http://{_network?.ClientAddress ?? IPAddress.Loopback}:{Port}");

    /// <summary>The server's own process id.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{this} does not run.");

    /// <summary>Whether the process is there (a paused one is).</summary>
    public bool IsRunning => _process is { HasEnded: false };

    /// <summary>What the server writes goes here; deleted with the node unless <see cref="KeepLog"/> was called.</summary>
    public string LogFile => _folder.Log;

    /// <summary>What the server keeps: to be copied and put back while it does not run.</summary>
    public string DataFolder => _folder.Data;

    /// <summary>Starts a single node with free ports and waits until it answers.</summary>
    /// <param name="kind">Which registry in which version.</param>
    /// <param name="settings">What goes behind <c>--</c> of the script <c>run</c>; <c>{port}</c> in them becomes the node's port.</param>
    /// <param name="cancellationToken">Ends the attempt, and the server with it.</param>
    /// <exception cref="ServerUnavailableException">The server is not on this machine: skip the test.</exception>
    public static async Task<ServerNode> StartAsync(ServerKind kind, IReadOnlyList<string>? settings = null, CancellationToken cancellationToken = default)
    {
        var environment = await PrepareAsync(kind);
        using var turn = await StartTurn.TakeAsync(kind, cancellationToken);
        var ports = PortLease.Take(kind.PortOffsets);
        var node = FromScripts(kind, ports, [ports.Port], settings, environment);
        await node.StartOrDisposeAsync(cancellationToken);
        return node;
    }

    /// <summary>SIGKILL: gone at once, the data stays.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            await process.SignalAsync("KILL");
            await process.EndAsync();
            _process = null;
        }
    }

    /// <summary>SIGTERM, and SIGKILL to one that has not ended after ten seconds.</summary>
    public async Task TerminateAsync()
    {
        if (_process is { } process)
        {
            await process.SignalAsync("TERM");
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await process.WaitForEndAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync($"{this} did not end on SIGTERM within 10 s and was killed.");
            }

            await KillAsync();
        }
    }

    /// <summary>SIGSTOP: connections stay open and nothing answers.</summary>
    public async Task PauseAsync()
    {
        var process = _process ?? throw new InvalidOperationException($"{this} does not run.");
        await process.SignalAsync("STOP");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await Poll.UntilAsync(() => process.State is 'T', limit.Token);
    }

    /// <summary>SIGCONT: goes on as if no time had passed.</summary>
    public async Task ResumeAsync() => await (_process ?? throw new InvalidOperationException($"{this} does not run.")).SignalAsync("CONT");

    /// <summary>Kills it if it runs, and starts it with the data it had.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Kills it if it runs, and starts it with no data at all.</summary>
    public async Task WipeAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync();
        _folder.EmptyData();
        await StartAsync(cancellationToken);
    }

    /// <summary>Call when a test failed: the log stays when the node is disposed, and its path is written to standard error.</summary>
    public void KeepLog() => _folder.Keep();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _ports?.Dispose();
        _folder.Dispose();
    }

    public override string ToString() => $"{Kind} on port {Port}";

    internal static async Task<KeyValuePair<string, string>[]> PrepareAsync(ServerKind kind)
    {
        ServerScripts.Require(kind);
        try
        {
            await ServerScripts.HomeAsync();
        }
        catch (ServerUnavailableException e)
        {
            throw new ServerUnavailableException(kind.Name, e.Reason, e);
        }

        return await OlderVersions.EnvironmentAsync(kind);
    }

    internal static ServerNode FromScripts(
        ServerKind kind, PortLease ports, IReadOnlyList<int> members, IReadOnlyList<string>? settings, KeyValuePair<string, string>[] environment, NodeNetwork? network = null)
    {
        var folder = new ServerFolder($"{kind.Kind}-{ports.Port}");
        string[] all = [.. kind.Settings, .. settings ?? []];
        string[] command =
        [
            .. network?.Enter ?? [], Path.Combine(ServerScripts.Require(kind), "run"), kind.Kind, folder.Data, Text(ports.Port), string.Join(',', members.Select(Text)),
            .. all.Length > 0 ? ["--", .. all.Select(setting => setting.Replace("{port}", Text(ports.Port), StringComparison.Ordinal))] : Array.Empty<string>(),
        ];
        return new ServerNode(kind, ports.Port, ports, folder, command, [.. environment, folder.JavaOptions], StartTimeout, network);
    }

    internal static ServerNode FromCommand(ServerKind kind, PortLease ports, ServerFolder folder, IReadOnlyList<string> command)
        => new(kind, ports.Port, ports, folder, command, [], StartTimeout);

    internal async Task StartOrDisposeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _folder.Data;
        var process = _process = await KeptProcess.StartAsync(_command, LogFile, environment: _environment);
        var started = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ready = ReadyAsync(limit.Token);
        var ended = process.WaitForEndAsync(limit.Token);
        var first = await Task.WhenAny(ready, ended);
        var answers = first == ready && ready.IsCompletedSuccessfully && await ready;
        await limit.CancelAsync();
        await Task.WhenAll(ready, ended).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        cancellationToken.ThrowIfCancellationRequested();
        if (!answers)
        {
            var what = process.HasEnded ? "ended" : "did not answer";
            throw new InvalidOperationException($"{this} {what} within {started.Elapsed.TotalSeconds:F1} s of its start. Its log:\n{KeptProcess.Tail(LogFile)}");
        }
    }

    /// <summary>Whether it answers in time. The script asks by processes of its own, which take as much of a processor as a server that starts: it is run once the port is open.</summary>
    private async Task<bool> ReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.StartNew();
        while (_network is null && started.Elapsed < _readyWithin && !await IsOpenAsync(cancellationToken))
        {
            await Task.Delay(LookEvery, cancellationToken);
        }

        var left = Math.Max(1, (int)(_readyWithin - started.Elapsed).TotalSeconds);
        string[] command = [.. _network?.Enter ?? [], Path.Combine(ServerScripts.Require(Kind), "ready"), Kind.Kind, Text(Port), Text(left)];
        return (await KeptProcess.RunAsync(command, _readyWithin + TimeSpan.FromSeconds(15), cancellationToken)).Code == 0;
    }

    private async Task<bool> IsOpenAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
