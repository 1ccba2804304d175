using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>Makes calls: one attempt each within a deadline (and one more with a new token), the answer or a typed error.</summary>
internal sealed class EtcdClient(EtcdOptions options, EtcdConnections connections, StoreHistory history, TimeProvider timeProvider)
{
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
        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        for (var again = false; ; again = true)
        {
            EtcdConnection? connection = null;
            string? token = null;
            try
            {
                connection = Connections.Current;
                token = await connection.Token.CurrentAsync(both.Token).ConfigureAwait(false);
                var mark = History.Mark();
                var answer = await call(connection, new CallOptions(Headers(token), cancellationToken: both.Token)).ConfigureAwait(false);
                History.Observe(answer.Header, mark);
                Connections.Succeeded(connection);
                return answer;
            }
            catch (RpcException error) when (!again && connection is not null && options.UserName is not null && EtcdErrors.Sort(error.StatusCode, error.Status.Detail) == EtcdError.TokenInvalid)
            {
                connection.Token.Reject(token);
            }
            catch (Exception error) when (error is not RegistryException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw connection is null ? Disposed(what, error)
                    : deadline.IsCancellationRequested ? Silent(what, connection, timeout, error)
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

    /// <summary>The member did not answer in time.</summary>
    public RegistryException Silent(string what, EtcdConnection connection, TimeSpan timeout, Exception? cause = null)
    {
        Connections.Failed(connection);
        return new($"{what}: etcd at {connection.Endpoint} did not answer within {timeout.TotalSeconds:0.###} s.", connection: connection.Endpoint.Authority, innerException: cause);
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

        var text = status.Detail.Length > 0 ? status.Detail : status.StatusCode.ToString();
        for (var cause = status.DebugException; cause is not null; cause = cause.InnerException)
        {
            text += text.Contains(cause.Message, StringComparison.Ordinal) ? "" : " " + cause.Message;
        }

        var sort = EtcdErrors.Sort(status.StatusCode, status.Detail);
        if (sort == EtcdError.MemberFailed)
        {
            Connections.Failed(connection);
            return Unreachable(what, connection, text, error);
        }

        Connections.Succeeded(connection);
        return new EtcdException(
            $"{what}: etcd at {connection.Endpoint} answered {status.StatusCode}: {text}{EtcdErrors.Advice(IsTls(connection), text, options.UserName is not null)}",
            sort, sort != EtcdError.Refused && (sort != EtcdError.TokenInvalid || options.UserName is not null), error);
    }

    private static bool IsTls(EtcdConnection connection) => connection.Endpoint.Scheme == Uri.UriSchemeHttps;

    private static RegistryException Disposed(string what, Exception error) => new($"{what}: the backend is disposed.", innerException: error);

    private static RegistryException Unreachable(string what, EtcdConnection connection, string text, Exception error)
        => new($"{what}: etcd at {connection.Endpoint} cannot be used: {text}{EtcdErrors.Advice(IsTls(connection), text, hasUser: true)}", connection: connection.Endpoint.Authority, innerException: error);
}
