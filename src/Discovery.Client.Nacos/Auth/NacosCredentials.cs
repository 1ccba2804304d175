using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>A token for a user, a signature by a secret key, or both, as configured. Logs in once for all who ask, before the token ends.</summary>
internal sealed partial class NacosCredentials : INacosCredentials
{
    private readonly NacosOptions _options;
    private readonly NacosHttp _http;
    private readonly Login _login;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task<string>? _renewal;
    private volatile Held? _held;
    private volatile Failure? _failure;

    // The last token that was refused though it was new.
    private volatile Refusal? _refusal;

    /// <summary>What the options say; nothing where they say nothing.</summary>
    public static INacosCredentials Create(NacosOptions options, IReadOnlyList<Uri> servers, BackendTls tls, TimeProvider timeProvider, ILogger logger)
        => options.UserName is null && options.AccessKey is null ? new NoCredentials() : new NacosCredentials(options, servers, tls, timeProvider, logger);

    private NacosCredentials(NacosOptions options, IReadOnlyList<Uri> servers, BackendTls tls, TimeProvider timeProvider, ILogger logger)
    {
        (_options, _timeProvider, _logger) = (options, timeProvider, logger);
        _http = new NacosHttp(options, tls, timeProvider);
        _login = new Login(_http, servers);
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string? resource, CancellationToken cancellationToken)
    {
        var proof = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_options.UserName is { } user)
        {
            proof[Proof.Token] = await TokenAsync(user, cancellationToken).ConfigureAwait(false);
        }

        if (_options.AccessKey is { } accessKey)
        {
            var secret = await SecretAsync(_options.SecretKey, _options.SecretKeyFile, cancellationToken).ConfigureAwait(false);
            RequestSignature.AddTo(proof, accessKey, secret, resource, _timeProvider.GetUtcNow());
        }

        return proof;
    }

    public bool Reject(IReadOnlyDictionary<string, string> refused)
    {
        if (!refused.TryGetValue(Proof.Token, out var token))
        {
            return false;
        }

        // One that is no longer held has been replaced meanwhile: the request may be repeated with the new one.
        var held = _held;
        if (held is null || held.Token != token)
        {
            return true;
        }

        var (age, refusal) = (_timeProvider.GetElapsedTime(held.Since), _refusal);
        if (TokenRule.HasHelped(age) && refusal?.Of != held)
        {
            _refusal = refusal = null;
        }

        if (TokenRule.IsFresh(age) && refusal?.Of != held)
        {
            _refusal = refusal = new Refusal(held, (refusal?.Count ?? 0) + 1, _timeProvider.GetTimestamp());
        }

        if (!TokenRule.IsWorthAnother(age, refusal?.Count ?? 0, refusal is null ? default : _timeProvider.GetElapsedTime(refusal.At)))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _held, null, held);
        return true;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<string> TokenAsync(string user, CancellationToken cancellationToken)
    {
        var step = _held is { } held ? Decide(held) : TokenStep.Renew;
        if (step == TokenStep.Renew)
        {
            return await Renewal(user, isBeside: false).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (step == TokenStep.UseAndRenew)
        {
            _ = Renewal(user, isBeside: true);
        }

        return _held?.Token ?? await Renewal(user, isBeside: false).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One for all who wait. It has its own time: were it ended by the first caller's, a server that hangs would be asked again and again, and no other ever.</summary>
    private Task<string> Renewal(string user, bool isBeside)
    {
        lock (_lock)
        {
            if (_renewal is null && _held is { } held && Decide(held) == TokenStep.Use)
            {
                return Task.FromResult(held.Token);
            }

            if (_renewal is null && !isBeside && _failure is { } failure && _timeProvider.GetElapsedTime(failure.At) < TokenRule.PauseAfter(failure.Count))
            {
                throw new RegistryException(failure.Error.Message, failure.Error.IsTransient, failure.Error.Connection, failure.Error);
            }

            return _renewal ??= Observed(Task.Run(() => RenewAsync(user, isBeside)));
        }
    }

    /// <summary>Whoever waited may have left: its failure is then nobody's.</summary>
    private static Task<string> Observed(Task<string> renewal)
    {
        _ = renewal.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return renewal;
    }

    private async Task<string> RenewAsync(string user, bool isBeside)
    {
        try
        {
            var password = await SecretAsync(_options.Password, _options.PasswordFile, CancellationToken.None).ConfigureAwait(false);

            // The token's life begins before the question, not after the answer.
            var asked = _timeProvider.GetTimestamp();
            var (token, lifetime) = await _login.AskAsync(user, password, CancellationToken.None).ConfigureAwait(false);
            (_held, _failure) = (new Held(token, asked, lifetime), null);
            return token;
        }
        catch (Exception error)
        {
            var told = error as RegistryException
                ?? new RegistryException(error is ObjectDisposedException ? "The backend is disposed." : $"Logging in to Nacos as '{user}': {error.Message}", innerException: error);
            _failure = new Failure(_timeProvider.GetTimestamp(), Math.Min((_failure?.Count ?? 0) + 1, 10), told);
            if (isBeside)
            {
                Log.RenewalFailed(_logger, _failure.Count == 1 ? LogLevel.Warning : LogLevel.Debug, user, error.Message);
            }

            throw told;
        }
        finally
        {
            lock (_lock)
            {
                _renewal = null;
            }
        }
    }

    private static ValueTask<string> SecretAsync(string? text, string? file, CancellationToken cancellationToken)
        => SecretText.ReadAsync(text, file, $"The secret for Nacos in '{file}' cannot be read", cancellationToken);

    private TokenStep Decide(Held held)
        => TokenRule.Decide(_timeProvider.GetElapsedTime(held.Since), held.Lifetime, _failure?.Count ?? 0, _failure is { } failure ? _timeProvider.GetElapsedTime(failure.At) : default);

    private sealed record Held(string Token, long Since, TimeSpan Lifetime)
    {
        // A record would print the token.
        public override string ToString() => "a token";
    }

    private sealed record Failure(long At, int Count, RegistryException Error);

    private sealed record Refusal(Held Of, int Count, long At);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1240, Message = "The token for the Nacos user '{User}' ends soon and was not renewed: {Reason}", EventName = "TokenNotRenewed")]
        public static partial void RenewalFailed(ILogger logger, LogLevel level, string user, string reason);
    }
}
