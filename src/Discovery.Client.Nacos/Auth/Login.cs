using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>Asks servers for a token.</summary>
internal sealed class Login(NacosHttp http, IReadOnlyList<Uri> servers)
{
    /// <summary>The newest first; Nacos 2 knows the last two only, Nacos 3.2 the first and the last.</summary>
    private static readonly string[] Paths = ["/v3/auth/user/login", "/v1/auth/login", "/v1/auth/users/login"];

    private int _path;
    private int _server;

    /// <summary>A token and how long it lives: each server is asked in turn until one gives it.</summary>
    /// <exception cref="RegistryException">None did; the error of the last one.</exception>
    public async Task<(string Token, TimeSpan Lifetime)> AskAsync(string user, string password, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskAsync(servers[_server % servers.Count], user, password, cancellationToken).ConfigureAwait(false);
            }
            catch (RegistryException) when (attempt < servers.Count)
            {
                _server = (_server + 1) % servers.Count;
            }
        }
    }

    private async Task<(string Token, TimeSpan Lifetime)> AskAsync(Uri server, string user, string password, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = new HttpRequest(HttpMethod.Post, Paths[_path], ("username", user), ("password", password));
            var answer = await SendAsync(server, request, user, cancellationToken).ConfigureAwait(false);
            if (answer.Status is 404 or 405 or 410 or 501 && attempt < Paths.Length)
            {
                _path = (_path + 1) % Paths.Length;
                continue;
            }

            // Of an answer that says yes nothing is told: the token is in it, wherever it may be.
            var reason = answer.IsSuccess ? "nothing in it is one." : HttpErrors.Explain(answer);
            return Read(answer) ?? throw new RegistryException(
                $"Nacos at {server} gives the user '{user}' no token, it answered {answer.Status}: {reason} That is what servers say of a wrong user or password (Nacos 3 with 500), and of right ones for some seconds after they have started.");
        }
    }

    private async Task<HttpAnswer> SendAsync(Uri server, HttpRequest request, string user, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(server, request, proof: null, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException error) when (error.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse })
        {
            // Nacos 2.3 answers a wrong password with the status 0, which is no HTTP.
            throw new RegistryException($"Nacos at {server} gives the user '{user}' no token, and its answer has no status: the password is wrong.", innerException: error);
        }
    }

    /// <summary>Nacos 3 has the token in an envelope on some paths and bare on others.</summary>
    private static (string Token, TimeSpan Lifetime)? Read(HttpAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            return null;
        }

        try
        {
            var body = JsonSerializer.Deserialize(answer.Body, HttpJsonContext.Default.TokenAnswer);
            var token = body?.Data ?? body;
            return token?.AccessToken is { Length: > 0 } text ? (text, TimeSpan.FromSeconds(Math.Clamp(token.TokenTtl, 1, 365 * 24 * 3600))) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
