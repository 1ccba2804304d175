using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>How it begins, and what keeps it alive.</summary>
internal sealed partial class NacosConnection
{
    /// <summary>Idle connections are asked for a sign of life after 20 seconds, and dropped at times although they give it; those that ask by themselves are neither.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(5);
    private const int ChecksMissed = 3;

    /// <summary>Servers drop a client that has been silent for 25 seconds, however long its requests may take.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CheckAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(20);

    private Task _loops = Task.CompletedTask;
    private bool _isUnreadableTold;

    /// <summary>Connects, says who is there, and returns when the server has taken notice. A failure ends it.</summary>
    /// <exception cref="RegistryException">The server cannot be reached, or does not serve.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        AsyncDuplexStreamingCall<Wire.Payload, Wire.Payload>? stream = null;
        var isTaken = false;
        try
        {
            var check = await CallAsync("ServerCheckRequest", new EmptyRequest(), GrpcJsonContext.Default.EmptyRequest, GrpcJsonContext.Default.ServerCheckResponse, null, cancellationToken).ConfigureAwait(false);
            if (GrpcErrors.Sort(check.ResultCode, check.ErrorCode) is not GrpcError.None and var error)
            {
                throw Gone(error == GrpcError.Starting ? "The server is starting." : $"The server does not serve: {check.ErrorCode} {check.Message}");
            }

            Id = check.ConnectionId ?? "";
            stream = _invoker.AsyncDuplexStreamingCall(NacosMethods.Stream, null, new CallOptions(cancellationToken: Ended));
            var negotiates = check.SupportAbilityNegotiation && _context.NegotiatesAbilities;
            var setup = new ConnectionSetupRequest { ClientVersion = GrpcContext.ClientVersion, Tenant = Namespace, AbilityTable = negotiates ? [] : null };
            await stream.RequestStream.WriteAsync(Payloads.Write("ConnectionSetupRequest", setup, GrpcJsonContext.Default.ConnectionSetupRequest, clientIp: _address), cancellationToken).ConfigureAwait(false);
            var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            isTaken = true;
            var reading = ReadAsync(stream, acknowledged);
            _loops = reading;
            await (negotiates ? acknowledged.Task.WaitAsync(cancellationToken) : UntilKnownAsync(cancellationToken)).ConfigureAwait(false);
            WasOpen = true;
            _loops = Task.WhenAll(reading, CheckAsync(), Publications.CheckAsync(), Subscriptions.LookAsync());
        }
        catch (Exception error)
        {
            if (!isTaken)
            {
                stream?.Dispose();
            }

            var failure = error as RegistryException ?? Gone(_context.Explain(error, Endpoint), error);
            Close(failure.Message);
            cancellationToken.ThrowIfCancellationRequested();
            throw failure;
        }
    }

    /// <summary>Before 2.3 nothing says when the server knows the connection; until then calls are refused.</summary>
    private async Task UntilKnownAsync(CancellationToken cancellationToken)
    {
        while (await HealthAsync(cancellationToken).ConfigureAwait(false) is not GrpcError.None and var error)
        {
            if (error != GrpcError.ConnectionGone)
            {
                throw Gone("The server does not serve.");
            }

            await Task.Delay(AskAgain, _context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<GrpcError> HealthAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("HealthCheckRequest", new EmptyRequest(), GrpcJsonContext.Default.EmptyRequest, GrpcJsonContext.Default.NacosResponse, null, cancellationToken).ConfigureAwait(false);
        return GrpcErrors.Sort(answer.ResultCode, answer.ErrorCode);
    }

    private async Task CheckAsync()
    {
        for (var failures = 0; End is null;)
        {
            var pause = CheckEvery;
            using var limit = new CancellationTokenSource(_context.Options.RequestTimeout < LongestCheck ? _context.Options.RequestTimeout : LongestCheck, _context.TimeProvider);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Ended);
            try
            {
                if (await HealthAsync(both.Token).ConfigureAwait(false) == GrpcError.ConnectionGone)
                {
                    Close("The server does not know it (any more).");
                    return;
                }

                failures = 0;
            }
            catch (Exception error)
            {
                // Once may be a pause of the server's or the machine's; what has been registered would be given up for it.
                if (++failures == ChecksMissed)
                {
                    Close(limit.IsCancellationRequested ? "The server does not answer." : _context.Explain(error, Endpoint));
                    return;
                }

                pause = CheckAgain;
            }

            await Task.Delay(pause, _context.TimeProvider, Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(AsyncDuplexStreamingCall<Wire.Payload, Wire.Payload> stream, TaskCompletionSource acknowledged)
    {
        var reason = "The server has ended it.";
        try
        {
            using (stream)
            {
                while (await stream.ResponseStream.MoveNext(Ended).ConfigureAwait(false))
                {
                    Wire.Payload? answer = null;
                    try
                    {
                        answer = ServerRequests.Answer(this, stream.ResponseStream.Current, acknowledged);
                    }
                    catch (JsonException error)
                    {
                        // Without its number it cannot be answered. If it was a list, the server sends it again.
                        TellUnreadable(stream.ResponseStream.Current, error);
                    }

                    if (answer is not null)
                    {
                        await stream.RequestStream.WriteAsync(answer, Ended).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (Exception error)
        {
            reason = _context.Explain(error, Endpoint);
        }

        acknowledged.TrySetException(Gone(reason));
        _ = acknowledged.Task.Exception;
        Close(reason);
    }

    /// <summary>What came on the stream cannot be read: told once.</summary>
    private void TellUnreadable(Wire.Payload payload, JsonException error)
    {
        if (!_isUnreadableTold)
        {
            _isUnreadableTold = true;
            Log.Unreadable(_context.Logger, payload.Metadata?.Type, Endpoint, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1214, LogLevel.Warning, "A {Type} pushed by Nacos at {Endpoint} cannot be read; lists may be old until the next resync: {Reason} Further ones on this connection are not told.", EventName = "PushUnreadable")]
        public static partial void Unreadable(ILogger logger, string? type, Uri endpoint, string reason);
    }
}
