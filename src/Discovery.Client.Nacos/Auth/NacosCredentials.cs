using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>A token for a user, a signature by a secret key, or both, as configured. Logs in once for all who ask, before the token ends.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore has no handle, and calls may end after the backend.")]
internal sealed partial class NacosCredentials : INacosCredentials
{
    private readonly NacosOptions _options;
    private readonly NacosHttp _http;
    private readonly Login _login;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _asking = new(1);
    private volatile Held? _held;
    private volatile Failure? _failure;

    /// <summary>What the options say; nothing where they say nothing.</summary>
    public static INacosCredentials Create(NacosOptions options, BackendTls tls, TimeProvider timeProvider, ILogger logger)
        => options.UserName is null && options.AccessKey is null ? new NoCredentials() : new NacosCredentials(options, tls, timeProvider, logger);

    private NacosCredentials(NacosOptions options, BackendTls tls, TimeProvider timeProvider, ILogger logger)
    {
        (_options, _timeProvider, _logger) = (options, timeProvider, logger);
        _http = new NacosHttp(options, tls, timeProvider);
        _login = new Login(_http, [.. options.Endpoints]);
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

        if (!TokenRule.IsWorthAnother(_timeProvider.GetElapsedTime(held.Since)))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _held, null, held);
        return true;
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<string> TokenAsync(string user, CancellationToken cancellationToken)
    {
        if (_held is { } held && Decide(held) is var step and not TokenStep.Renew)
        {
            if (step == TokenStep.UseAndRenew && await _asking.WaitAsync(0, CancellationToken.None).ConfigureAwait(false))
            {
                _ = RenewBesideAsync(user);
            }

            return held.Token;
        }

        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _held is { } meanwhile && Decide(meanwhile) != TokenStep.Renew ? meanwhile.Token : await RenewAsync(user, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>For a request that does not wait for it; owns the semaphore.</summary>
    private async Task RenewBesideAsync(string user)
    {
        try
        {
            await RenewAsync(user, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or ObjectDisposedException)
        {
            Log.RenewalFailed(_logger, user, error.Message);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string> RenewAsync(string user, CancellationToken cancellationToken)
    {
        try
        {
            var password = await SecretAsync(_options.Password, _options.PasswordFile, cancellationToken).ConfigureAwait(false);

            // The token's life begins before the question, not after the answer.
            var asked = _timeProvider.GetTimestamp();
            var (token, lifetime) = await _login.AskAsync(user, password, cancellationToken).ConfigureAwait(false);
            (_held, _failure) = (new Held(token, asked, lifetime), null);
            return token;
        }
        catch (RegistryException)
        {
            _failure = new Failure(_timeProvider.GetTimestamp());
            throw;
        }
    }

    private static ValueTask<string> SecretAsync(string? text, string? file, CancellationToken cancellationToken)
        => SecretText.ReadAsync(text, file, $"The secret for Nacos in '{file}' cannot be read", cancellationToken);

    private TokenStep Decide(Held held)
        => TokenRule.Decide(_timeProvider.GetElapsedTime(held.Since), held.Lifetime, _failure is { } failure ? _timeProvider.GetElapsedTime(failure.At) : null);

    private sealed record Held(string Token, long Since, TimeSpan Lifetime)
    {
        // A record would print the token.
        public override string ToString() => "a token";
    }

    private sealed record Failure(long At);

    private static partial class Log
    {
        [LoggerMessage(1240, LogLevel.Warning, "The token for the Nacos user '{User}' ends soon and was not renewed: {Reason}", EventName = "TokenNotRenewed")]
        public static partial void RenewalFailed(ILogger logger, string user, string reason);
    }
}
