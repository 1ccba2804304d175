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

    public bool IsCurrent(EtcdConnection connection)
    {
        lock (_lock)
        {
            return ReferenceEquals(_current, connection);
        }
    }

    public void Succeeded(EtcdConnection connection)
    {
        if (IsCurrent(connection))
        {
            endpoints.Succeeded(connection.Endpoint);
        }
    }

    public void Failed(EtcdConnection connection)
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
            if (endpoints.Current == connection.Endpoint)
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
