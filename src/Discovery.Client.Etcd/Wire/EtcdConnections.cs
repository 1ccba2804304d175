namespace Discovery.Client.Etcd;

/// <summary>The connection to the member in use. A failed one is left for the next; what hangs on its connection ends and begins again there.</summary>
internal sealed class EtcdConnections(EndpointSet endpoints, Func<Uri, EtcdConnection> open) : IDisposable
{
    private readonly Lock _lock = new();
    private EtcdConnection? _current;
    private bool _disposed;

    public EtcdConnection Current
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _current ??= open(endpoints.Current);
            }
        }
    }

    /// <summary>Whether there is another endpoint that has not failed lately.</summary>
    public bool HasOther => endpoints.HasOther;

    public bool IsCurrent(EtcdConnection connection)
    {
        lock (_lock)
        {
            return ReferenceEquals(_current, connection);
        }
    }

    public void Succeeded(EtcdConnection connection)
    {
        connection.Liveness.Answered();
        if (IsCurrent(connection))
        {
            endpoints.Succeeded(connection.Endpoint);
        }
    }

    /// <summary>Leaves the connection for the next endpoint.</summary>
    /// <param name="connection">The one that failed.</param>
    /// <param name="isGone">Whether it has to be replaced even where there is no other endpoint: a broken one is opened again by itself, one that nothing comes from is not.</param>
    public void Failed(EtcdConnection connection, bool isGone = false)
    {
        connection.Token.Forget();
        lock (_lock)
        {
            // Hundreds of calls may fail with one connection; it is left once.
            if (!ReferenceEquals(_current, connection))
            {
                return;
            }

            endpoints.Failed(connection.Endpoint);
            if (!isGone && endpoints.Current == connection.Endpoint)
            {
                return;
            }

            _current = null;
        }

        connection.Dispose();
    }

    public void Dispose()
    {
        EtcdConnection? current;
        lock (_lock)
        {
            (current, _current, _disposed) = (_current, null, true);
        }

        current?.Dispose();
    }
}
