using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>The connections of one backend, one for each namespace: what the server pushes does not say of which namespace it is.</summary>
internal sealed partial class NacosConnections(GrpcContext context, EndpointSet servers) : IAsyncDisposable
{
    /// <summary>How long a connection that the server wants gone still stands once there is another one, so that what is on it can be made there before it ends.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    /// <summary>And how long where nobody makes another one, or nobody can.</summary>
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<NacosConnection>> _current = new(StringComparer.Ordinal);
    private readonly HashSet<NacosConnection> _open = [];
    private readonly HashSet<string> _lostNamespaces = new(StringComparer.Ordinal);

    // Where one has answered at the port for gRPC, silence is no question of the port.
    private readonly ConcurrentDictionary<Uri, bool> _answered = new();
    private bool _isDisposed;

    /// <summary>The connection of a namespace. Opens one where there is none; whoever asks meanwhile waits for the same.</summary>
    /// <exception cref="RegistryException">The server cannot be reached.</exception>
    public async Task<NacosConnection> CurrentAsync(string namespaceId, CancellationToken cancellationToken)
    {
        Task<NacosConnection>? current;
        lock (_lock)
        {
            if (_isDisposed)
            {
                throw new RegistryException("The Nacos backend is disposed.");
            }

            if (!_current.TryGetValue(namespaceId, out current) || IsOver(current))
            {
                _current[namespaceId] = current = OpenAsync(namespaceId);

                // Whoever waited for it may have left.
                _ = current.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        return await current.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those that the server wants gone and that stand still.</summary>
    public IReadOnlyList<NacosConnection> RetiredOf(string namespaceId)
    {
        lock (_lock)
        {
            return [.. _open.Where(connection => connection.IsRetired && connection.Namespace == namespaceId)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        NacosConnection[] open;
        lock (_lock)
        {
            _isDisposed = true;
            open = [.. _open];
        }

        foreach (var connection in open)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsOver(Task<NacosConnection> task) => task.IsCompleted && (!task.IsCompletedSuccessfully || task.Result.End is not null || task.Result.IsRetired);

    /// <summary>Whether the namespace has another connection by now.</summary>
    private bool HasAnother(NacosConnection connection)
    {
        lock (_lock)
        {
            return _current.TryGetValue(connection.Namespace, out var current) && current.IsCompletedSuccessfully && !ReferenceEquals(current.Result, connection) && !IsOver(current);
        }
    }

    private async Task<NacosConnection> OpenAsync(string namespaceId)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var endpoint = servers.Current;
        var connection = new NacosConnection(context, namespaceId, endpoint) { OnEnded = Ended, OnReset = Reset };
        bool isDisposed;
        lock (_lock)
        {
            isDisposed = _isDisposed;
            _open.Add(connection);
        }

        if (isDisposed)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw connection.Gone(connection.End!);
        }

        using var limit = new CancellationTokenSource(context.Options.RequestTimeout, context.TimeProvider);
        try
        {
            await connection.OpenAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            throw connection.Gone($"No answer within {context.Options.RequestTimeout.TotalSeconds:0.###} s.{(_answered.ContainsKey(endpoint) ? "" : GrpcAdvice.OfPort(context.AddressOf(endpoint)))}", error);
        }

        servers.Succeeded(endpoint);
        _answered[endpoint] = true;
        bool isNews;
        lock (_lock)
        {
            isNews = _lostNamespaces.Remove(namespaceId);
        }

        if (isNews)
        {
            Log.Connected(context.Logger, namespaceId, endpoint, connection.Id);
        }

        return connection;
    }

    private void Ended(NacosConnection connection, string reason)
    {
        bool isNews, isDisposed;
        lock (_lock)
        {
            _open.Remove(connection);
            isDisposed = _isDisposed;
            isNews = connection.WasOpen && !connection.IsRetired && _lostNamespaces.Add(connection.Namespace);
        }

        if (isDisposed)
        {
            return;
        }

        if (!connection.IsRetired)
        {
            servers.Failed(connection.Endpoint);
        }

        if (isNews)
        {
            Log.Lost(context.Logger, connection.Namespace, connection.Endpoint, reason);
        }
    }

    /// <summary>The server wants this client elsewhere: what is on the connection is made on another one before it ends.</summary>
    private void Reset(NacosConnection connection, ServerRequest request)
    {
        // Servers repeat it.
        if (connection.IsRetired)
        {
            return;
        }

        var next = request.ServerIp is { Length: > 0 } host && int.TryParse(request.ServerPort.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? servers.Find(host, port) : null;
        servers.Leave(connection.Endpoint, next);
        Log.Moved(context.Logger, connection.Namespace, connection.Endpoint);
        connection.Retire();
        _ = CloseLaterAsync(connection);
    }

    private async Task CloseLaterAsync(NacosConnection connection)
    {
        var asked = context.TimeProvider.GetTimestamp();
        while (connection.End is null && !HasAnother(connection) && context.TimeProvider.GetElapsedTime(asked) < LongestOverlap)
        {
            await PauseAsync(LookAgain).ConfigureAwait(false);
        }

        await PauseAsync(Overlap).ConfigureAwait(false);
        connection.Close("The server wanted this client elsewhere.");

        async Task PauseAsync(TimeSpan time) => await Task.Delay(time, context.TimeProvider, connection.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Warning, "The connection for namespace {Namespace} to Nacos at {Endpoint} is over: {Reason} What was on it is made again on the next one.", EventName = "ConnectionLost")]
        public static partial void Lost(ILogger logger, string @namespace, Uri endpoint, string reason);

        [LoggerMessage(1211, LogLevel.Information, "There is a connection for namespace {Namespace} to Nacos again, at {Endpoint} ({ConnectionId}).", EventName = "ConnectionMade")]
        public static partial void Connected(ILogger logger, string @namespace, Uri endpoint, string connectionId);

        [LoggerMessage(1213, LogLevel.Information, "Nacos at {Endpoint} wants the client of namespace {Namespace} to connect elsewhere.", EventName = "ConnectionMoved")]
        public static partial void Moved(ILogger logger, string @namespace, Uri endpoint);
    }
}
