namespace Discovery.Client.Etcd;

/// <summary>Puts all watches of a backend onto one stream, and makes another one when it has broken or the member has changed.</summary>
internal sealed class WatchHub(EtcdClient client, EtcdOptions options, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private volatile WatchStream? _stream;

    /// <summary>Starts a watch and waits until a member has taken it.</summary>
    /// <param name="range">What is watched.</param>
    /// <param name="start">The first revision to be told of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RegistryException">No member took it.</exception>
    public async Task<WatchSubscription> SubscribeAsync(KeyRange range, long start, CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            var (watch, stream) = await AddAsync(range, start, cancellationToken).ConfigureAwait(false);
            Question? question = null;
            try
            {
                try
                {
                    await watch.Created.WaitAsync(options.RequestTimeout / 2, timeProvider, cancellationToken).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    question = stream.Connection.AskForASign();
                    await watch.Created.WaitAsync(options.RequestTimeout / 2, timeProvider, cancellationToken).ConfigureAwait(false);
                }

                return watch;
            }
            catch (EtcdException error) when (!again && error.Sort == EtcdError.TokenInvalid && options.UserName is not null)
            {
                watch.Dispose();
            }
            catch (TimeoutException)
            {
                // Perhaps for its token, which a wiped store leaves unanswered: the next one begins anew.
                stream.Retire();
                watch.Dispose();
                throw client.Silent($"Watching '{range.Key.ToStringUtf8()}'", stream.Connection, options.RequestTimeout, question: question);
            }
            catch
            {
                watch.Dispose();
                throw;
            }
        }
    }

    /// <summary>The store is another: its watches would wait for revisions that mean something else.</summary>
    public void OnStoreChanged() => _stream?.Break(new RegistryException("etcd was wiped or restored: what was watched is read again."));

    public async ValueTask DisposeAsync()
    {
        if (_stream is { } stream)
        {
            stream.Break(new RegistryException("The backend is disposed."));
            await stream.Completion.ConfigureAwait(false);
        }
    }

    private async Task<(WatchSubscription Watch, WatchStream Stream)> AddAsync(KeyRange range, long start, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_stream is { } stream && IsUsable(stream) && stream.TryAdd(range, start) is { } watch)
            {
                return (watch, stream);
            }

            await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!IsUsable(_stream))
                {
                    await OpenAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                _opening.Release();
            }
        }
    }

    private bool IsUsable(WatchStream? stream) => stream is { IsOpen: true } && client.Connections.IsCurrent(stream.Connection);

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.RequestTimeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        EtcdConnection? connection = null;
        try
        {
            connection = client.Connections.Current;
            var former = _stream;
            _stream = new WatchStream(client, connection, await connection.Token.CurrentAsync(both.Token).ConfigureAwait(false));

            // One that takes no more, for its token: its watches come over, so that there is one stream again.
            if (ReferenceEquals(former?.Connection, connection))
            {
                former.MoveAll();
            }
        }
        catch (Exception error) when (error is not RegistryException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw connection is null ? new RegistryException("Watching: the backend is disposed.", innerException: error)
                : deadline.IsCancellationRequested ? client.Silent("Opening a stream of watches", connection, options.RequestTimeout, error) : client.ToException("Opening a stream of watches", connection, error);
        }
    }
}
