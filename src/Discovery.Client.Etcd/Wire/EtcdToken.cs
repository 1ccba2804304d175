using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>The token for one member: each keeps its own.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore has no handle, and calls may end after the backend.")]
internal sealed class EtcdToken(Wire.Auth.AuthClient client, EtcdOptions options, TimeProvider timeProvider)
{
    private readonly SemaphoreSlim _asking = new(1);
    private volatile Held? _held;

    /// <summary>The token to send; null: none. Asks for one where there is none that is fresh.</summary>
    /// <exception cref="RpcException">The member gave none.</exception>
    public async ValueTask<string?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (options.UserName is not { } name)
        {
            return null;
        }

        if (_held is { } held && IsFresh(held))
        {
            return held.Token;
        }

        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_held is { } meanwhile && IsFresh(meanwhile))
            {
                return meanwhile.Token;
            }

            // It may be rejected or forgotten as soon as it stands there.
            var token = await AskAsync(name, cancellationToken).ConfigureAwait(false);
            _held = new(token, timeProvider.GetTimestamp());
            return token;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The member does not accept this token (any more).</summary>
    public void Reject(string? token)
    {
        if (_held is { } held && held.Token == token)
        {
            _held = null;
        }
    }

    /// <summary>What is held may be a token of a store that is no more, which a member leaves unanswered.</summary>
    public void Forget() => _held = null;

    private bool IsFresh(Held held) => timeProvider.GetElapsedTime(held.Since) < options.TokenLifetime;

    private async Task<string?> AskAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var request = new Wire.AuthenticateRequest { Name = name, Password = await PasswordAsync(cancellationToken).ConfigureAwait(false) };
            return (await client.AuthenticateAsync(request, new CallOptions(EtcdClient.Headers(null), cancellationToken: cancellationToken)).ConfigureAwait(false)).Token;
        }
        catch (RpcException error) when (EtcdErrors.Sort(error.StatusCode, error.Status.Detail) == EtcdError.AuthenticationOff)
        {
            return null;
        }
    }

    private ValueTask<string> PasswordAsync(CancellationToken cancellationToken)
        => SecretText.ReadAsync(options.Password, options.PasswordFile, $"There is no password in the etcd password file '{options.PasswordFile}'", cancellationToken);

    private sealed record Held(string? Token, long Since);
}
