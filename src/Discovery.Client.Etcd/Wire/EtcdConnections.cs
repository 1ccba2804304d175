using Microsoft.Extensions.Logging;

namespace Discovery.Client.Etcd;

/// <summary>The members of one backend and the connection to the one in use. A failed one is left for the next; what hangs on its connection ends and begins again there.</summary>
internal sealed partial class EtcdConnections : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Uri[] _endpoints;
    private readonly Func<Uri, EtcdConnection> _open;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private EtcdConnection? _current;
    private EndpointChoice _choice;
    private int _told;
    private bool _disposed;

    public EtcdConnections(IReadOnlyList<Uri> endpoints, int first, Func<Uri, EtcdConnection> open, TimeProvider timeProvider, ILogger logger)
    {
        (_endpoints, _open, _timeProvider, _logger, _told) = ([.. endpoints], open, timeProvider, logger, first);
        _choice = EndpointChoice.Start(endpoints.Count, first);
    }

    public EtcdConnection Current
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _current ??= _open(_endpoints[_choice.Current]);
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
        Uri? before = null;
        lock (_lock)
        {
            if (!ReferenceEquals(_current, connection))
            {
                return;
            }

            _choice = _choice.Succeeded(_choice.Current);
            if (_choice.Current != _told)
            {
                (before, _told) = (_endpoints[_told], _choice.Current);
            }
        }

        if (before is not null)
        {
            Log.Switched(_logger, before, connection.Endpoint);
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

            var failed = _choice.Current;
            _choice = _choice.Failed(failed, _timeProvider.GetTimestamp(), _timeProvider.TimestampFrequency);
            if (_choice.Current == failed)
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

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Warning, "etcd member {Failed} failed; {Next} answers and is used from now on.", EventName = "MemberSwitched")]
        public static partial void Switched(ILogger logger, Uri failed, Uri next);
    }
}
