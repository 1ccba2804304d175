using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>One stream to one member with any number of watches on it. When it breaks, all of them do.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It may be broken from several sides at the same time; the source has no timer, and the call is disposed when it ends.")]
internal sealed class WatchStream
{
    private readonly Lock _lock = new();
    private readonly EtcdClient _client;
    private readonly string? _token;
    private readonly StoreHistory.Seen _mark;
    private readonly AsyncDuplexStreamingCall<Wire.WatchRequest, Wire.WatchResponse> _call;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<Wire.WatchRequest> _requests = Channel.CreateUnbounded<Wire.WatchRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<long, WatchSubscription> _watches = [];

    // Creations are answered in their order; a refused one is answered without its id.
    private readonly Queue<long> _unanswered = [];
    private long _lastId;
    private bool _refuses;
    private bool _moves;
    private RegistryException? _broken;

    public WatchStream(EtcdClient client, EtcdConnection connection, string? token)
    {
        (_client, Connection, _token, _mark) = (client, connection, token, client.History.Mark());
        _call = connection.Watch.Watch(new CallOptions(EtcdClient.Headers(token), cancellationToken: _ended.Token));
        Completion = RunAsync();
    }

    public EtcdConnection Connection { get; }

    /// <summary>Ends when the stream has.</summary>
    public Task Completion { get; }

    /// <summary>Whether further watches may be added.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
            {
                return _broken is null && !_refuses;
            }
        }
    }

    /// <summary>Adds a watch; null if the stream takes none any more.</summary>
    public WatchSubscription? TryAdd(KeyRange range, long start)
    {
        lock (_lock)
        {
            if (_broken is not null || _refuses)
            {
                return null;
            }

            var watch = new WatchSubscription(range, Remove) { Id = ++_lastId };
            _watches.Add(watch.Id, watch);
            _unanswered.Enqueue(watch.Id);
            _requests.Writer.TryWrite(new()
            {
                CreateRequest = new() { Key = range.Key, RangeEnd = range.End, StartRevision = start, WatchId = watch.Id, Fragment = true, ProgressNotify = true },
            });
            return watch;
        }
    }

    /// <summary>Adds no more watches; those it has go on.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _refuses = true;
        }
    }

    /// <summary>Sends its watches to another stream and ends.</summary>
    public void MoveAll()
    {
        WatchSubscription[] watches;
        lock (_lock)
        {
            (_refuses, _moves) = (true, true);
            watches = [.. _watches.Values.Where(watch => watch.IsTaken)];
            foreach (var watch in watches)
            {
                _watches.Remove(watch.Id);
            }
        }

        foreach (var watch in watches)
        {
            watch.OnMoved();
        }

        EndIfIdle();
    }

    /// <summary>Ends the stream and its watches.</summary>
    public void Break(RegistryException error)
    {
        WatchSubscription[] watches;
        lock (_lock)
        {
            if (_broken is not null)
            {
                return;
            }

            _broken = error;
            watches = [.. _watches.Values];
            _watches.Clear();
        }

        _requests.Writer.TryComplete();
        foreach (var watch in watches)
        {
            watch.OnBroken(error);
        }

        _ended.Cancel();
    }

    private async Task RunAsync()
    {
        var sending = SendAsync();
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                var answer = _call.ResponseStream.Current;
                _client.History.Observe(answer.Header, answer.Created ? _mark : null);
                Dispatch(answer);
            }

            Break(new RegistryException($"etcd at {Connection.Endpoint} ended the watch.", connection: Connection.Endpoint.Authority));
        }
        catch (Exception error)
        {
            Break(error);
        }

        await sending.ConfigureAwait(false);
        _call.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var request in _requests.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await _call.RequestStream.WriteAsync(request).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            Break(error);
        }
    }

    private void Break(Exception error)
    {
        lock (_lock)
        {
            if (_broken is not null)
            {
                return;
            }
        }

        Break(_client.ToException("The watch", Connection, error));
    }

    private void Dispatch(Wire.WatchResponse answer)
    {
        WatchSubscription? watch;
        lock (_lock)
        {
            watch = _watches.GetValueOrDefault(answer.WatchId);
            if (answer.Created)
            {
                var id = _unanswered.TryDequeue(out var first) ? first : 0;
                watch = answer.Canceled ? _watches.GetValueOrDefault(id) : watch;
                if (watch is null && !answer.Canceled)
                {
                    _requests.Writer.TryWrite(Cancel(answer.WatchId));
                }

                if (watch is not null)
                {
                    watch.IsTaken = !answer.Canceled;
                }
            }

            if (answer.Canceled && watch is not null)
            {
                _watches.Remove(watch.Id);
            }
        }

        if (watch is null)
        {
            return;
        }

        if (answer.Canceled)
        {
            End(watch, answer);
        }
        else if (answer.Created)
        {
            _client.Connections.Succeeded(Connection);
            watch.OnCreated(answer.Header);
            if (_moves)
            {
                MoveAll();
            }
        }
        else
        {
            watch.OnEvents(answer);
        }
    }

    private void End(WatchSubscription watch, Wire.WatchResponse answer)
    {
        if (answer.CompactRevision > 0)
        {
            watch.OnGone();
            return;
        }

        var sort = EtcdErrors.SortReason(answer.CancelReason);
        if (sort == EtcdError.TokenInvalid)
        {
            // A stream keeps the token it began with: those that are watching go on, further ones need another stream.
            Retire();
            Connection.Token.Reject(_token);
        }

        watch.OnBroken(new EtcdException($"Watching '{watch.Range.Key.ToStringUtf8()}': etcd at {Connection.Endpoint} refused: {answer.CancelReason}{_client.Advice(Connection, answer.CancelReason)}", sort, sort != EtcdError.Refused));
    }

    private void Remove(WatchSubscription watch)
    {
        lock (_lock)
        {
            if (_watches.Remove(watch.Id) && watch.IsTaken)
            {
                _requests.Writer.TryWrite(Cancel(watch.Id));
            }
        }

        EndIfIdle();
    }

    private void EndIfIdle()
    {
        bool isIdle;
        lock (_lock)
        {
            isIdle = _refuses && _watches.Count == 0;
        }

        if (isIdle)
        {
            Break(new RegistryException("The last watch of the stream has ended."));
        }
    }

    private static Wire.WatchRequest Cancel(long id) => new() { CancelRequest = new() { WatchId = id } };
}
