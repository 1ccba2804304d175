using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>Makes calls: one attempt each within a deadline (and one more with a new token), the answer or a typed error.</summary>
internal sealed class EtcdClient(EtcdOptions options, EtcdConnections connections, StoreHistory history, TimeProvider timeProvider)
{
    /// <summary>
    /// After this a call asks its connection for a sign of life. One of which nothing was heard yet, not even the protocol's greeting, is then left if there are others that have not failed lately.
    /// </summary>
    private static readonly TimeSpan Unease = TimeSpan.FromSeconds(1);

    public EtcdConnections Connections { get; } = connections;

    public StoreHistory History { get; } = history;

    /// <summary>Makes a call at the member in use.</summary>
    /// <param name="what">What is asked, for messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="timeout">Its deadline.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RegistryException">It failed.</exception>
    public async Task<T> CallAsync<T>(string what, Func<EtcdConnection, CallOptions, Task<T>> call, TimeSpan timeout, CancellationToken cancellationToken)
        where T : Wire.IAnswer
    {
        cancellationToken.ThrowIfCancellationRequested();
        var limit = timeout;
        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        for (var again = false; ; again = true)
        {
            EtcdConnection? connection = null;
            string? token = null;
            Question? question = null;
            try
            {
                connection = Connections.Current;
                StoreHistory.Seen mark = null!;
                var pending = AttemptAsync(connection);

                if (await IsLateAsync(pending, timeout / 2 < Unease ? timeout / 2 : Unease).ConfigureAwait(false))
                {
                    if (connection.Liveness.Bytes == 0 && timeout / 2 >= Unease && Connections.HasOther)
                    {
                        limit = Unease;
                        await deadline.CancelAsync().ConfigureAwait(false);
                    }

                    question = connection.AskForASign();
                }

                var answer = await pending.ConfigureAwait(false);
                History.Observe(answer.Header, mark);
                Connections.Succeeded(connection);
                return answer;

                async Task<T> AttemptAsync(EtcdConnection at)
                {
                    token = await at.Token.CurrentAsync(both.Token).ConfigureAwait(false);
                    mark = History.Mark();
                    return await call(at, new CallOptions(Headers(token), cancellationToken: both.Token)).ConfigureAwait(false);
                }
            }
            catch (RpcException error) when (!again && connection is not null && options.UserName is not null && EtcdErrors.Sort(error.StatusCode, error.Status.Detail) == EtcdError.TokenInvalid)
            {
                connection.Token.Reject(token);
            }
            catch (Exception error) when (error is not RegistryException)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    // The engine's patience may be shorter than ours, and the next attempt is not to meet the same silence.
                    if (connection is not null && question is { } asked && connection.Liveness.IsSilentSince(asked, Unease / 2))
                    {
                        Connections.Failed(connection, isGone: true);
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }

                throw connection is null ? Disposed(what, error)
                    : deadline.IsCancellationRequested ? Silent(what, connection, limit, error, question)
                    : ToException(what, connection, error);
            }
        }
    }

    /// <summary>What every call carries: it fails at once on a member that has no leader.</summary>
    public static Metadata Headers(string? token)
    {
        var result = new Metadata { { "hasleader", "true" } };
        if (token is not null)
        {
            result.Add("token", token);
        }

        return result;
    }

    /// <summary>A call did not end in time: the typed error, after the connection was judged by it.</summary>
    /// <param name="what">What was asked.</param>
    /// <param name="connection">Of whom.</param>
    /// <param name="timeout">The time it had.</param>
    /// <param name="cause">What was thrown.</param>
    /// <param name="question">When a sign of life was asked for; null: none was.</param>
    public RegistryException Silent(string what, EtcdConnection connection, TimeSpan timeout, Exception? cause = null, Question? question = null)
    {
        var text = $"{what}: etcd at {connection.Endpoint.Shown()} did not answer within {timeout.TotalSeconds:0.###} s";
        if (connection.Liveness.Judge(timeout, question) == Verdict.Slow)
        {
            // It may be the token: one that a restored store does not know yet is left unanswered.
            connection.Token.Forget();
            return new SlowAnswerException($"{text}, though its connection lives.", cause);
        }

        Connections.Failed(connection, isGone: true);
        return new(text + ".", connection: connection.Endpoint.Authority, innerException: cause);
    }

    /// <summary>The typed error for what was thrown, after the member was judged by it.</summary>
    public RegistryException ToException(string what, EtcdConnection connection, Exception error)
    {
        // Writes to a stream whose connection breaks throw what the transport threw.
        if (error is not RpcException { Status: var status })
        {
            Connections.Failed(connection);
            return Unreachable(what, connection, error.Message, error);
        }

        var text = EtcdErrors.Text(status);
        var sort = EtcdErrors.Sort(status.StatusCode, status.Detail);
        if (sort == EtcdError.MemberFailed)
        {
            Connections.Failed(connection);
            return Unreachable(what, connection, text, error);
        }

        Connections.Succeeded(connection);
        return new EtcdException(
            $"{what}: etcd at {connection.Endpoint.Shown()} answered {status.StatusCode}: {text}{Advice(connection, text)}",
            sort, sort != EtcdError.Refused && (sort != EtcdError.TokenInvalid || options.UserName is not null), error);
    }

    /// <summary>What to do about a refusal or a failure of this connection, if that is a setting; else nothing.</summary>
    public string Advice(EtcdConnection connection, string text) => EtcdErrors.Advice(connection.Endpoint.Scheme == Uri.UriSchemeHttps, text, options.UserName);

    private async Task<bool> IsLateAsync(Task answer, TimeSpan after)
    {
        if (!answer.IsCompleted)
        {
            await answer.WaitAsync(after, timeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !answer.IsCompleted;
    }

    private static RegistryException Disposed(string what, Exception error) => new($"{what}: the backend is disposed.", innerException: error);

    private RegistryException Unreachable(string what, EtcdConnection connection, string text, Exception error)
        => new($"{what}: etcd at {connection.Endpoint.Shown()} cannot be used:{Advice(connection, text)} {text}", connection: connection.Endpoint.Authority, innerException: error);
}
