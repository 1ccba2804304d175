using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Asks servers in the generation of the API that each of them has, as whoever the options say.</summary>
internal sealed partial class OpenApiClient(NacosHttp http, EndpointSet servers, INacosCredentials credentials, TimeSpan timeout, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Whoever says nothing for so long until the question is withdrawn has failed.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    /// <summary>In the order in which a server that is not known yet is asked: v1 is passed on between nodes.</summary>
    private static readonly IOpenApi[] Generations = [new OpenApiV1(), new OpenApiV3()];

    private readonly ConcurrentDictionary<Uri, IOpenApi> _spoken = [];

    /// <summary>The server that is asked.</summary>
    public Uri Current => servers.Current;

    public void Dispose() => http.Dispose();

    /// <summary>The generation that a server was last found to have.</summary>
    public IOpenApi ApiOf(Uri server) => _spoken.GetValueOrDefault(server, Generations[0]);

    /// <summary>Asks once; a server that turns out to have another generation is asked in that one.</summary>
    /// <exception cref="RegistryException">It gave no answer, or one that refuses.</exception>
    public async Task<T> AskAsync<T>(Uri server, Func<IOpenApi, ApiCall<T>> call, CancellationToken cancellationToken)
    {
        var api = ApiOf(server);
        var asked = call(api);
        var answer = await PatientlyAsync(server, asked.Request, cancellationToken).ConfigureAwait(false);
        if (asked.TellsGeneration && HttpErrors.Sort(answer) == HttpError.ApiGone)
        {
            var other = Generations.First(generation => generation != api);
            var again = call(other);
            var second = await ExchangeAsync(server, again.Request, cancellationToken).ConfigureAwait(false);
            if (HttpErrors.Sort(second) != HttpError.ApiGone)
            {
                (asked, answer) = (again, second);

                // Something before the servers may answer for them while they restart: that tells nothing of what they have.
                if (second.IsSuccess || HttpErrors.Sort(second) is HttpError.Refused or HttpError.Unknown or HttpError.NotPassedOn)
                {
                    _spoken[server] = other;
                    Log.GenerationChosen(logger, server, other.Name, api.Name);
                }
            }
        }

        return Read(server, asked, answer);
    }

    private static T Read<T>(Uri server, ApiCall<T> asked, HttpAnswer answer)
    {
        if (asked.Unknown is { } unknown && HttpErrors.Sort(answer) == HttpError.Unknown)
        {
            return unknown();
        }

        if (!answer.IsSuccess)
        {
            throw ToException(server, asked.Request, asked.TellsGeneration, answer);
        }

        try
        {
            return asked.Read(answer);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new RegistryException($"{asked.Request}: Nacos at {server} gave an answer that cannot be used, {error.Message}: {HttpErrors.Explain(answer)}", innerException: error);
        }
    }

    private static OpenApiException ToException(Uri server, HttpRequest request, bool tellsGeneration, HttpAnswer answer)
    {
        var sort = HttpErrors.Sort(answer);
        var hint = sort switch
        {
            HttpError.ApiGone when tellsGeneration => " It has neither the API v1 nor v3 below the configured ContextPath.",
            HttpError.Denied => HttpErrors.DeniedAdvice,
            _ => "",
        };
        return new OpenApiException($"{request}: Nacos at {server} answered {answer.Status}: {HttpErrors.Explain(answer)}{hint}", sort);
    }

    /// <summary>Nodes that do not agree on who is there pass nothing on for a moment: within the time that a request may take it is asked again. A dead node takes longer, and its requests fail.</summary>
    private async Task<HttpAnswer> PatientlyAsync(Uri server, HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = timeProvider.GetTimestamp();
        while (true)
        {
            var answer = await ExchangeAsync(server, request, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccess || HttpErrors.Sort(answer) != HttpError.NotPassedOn || timeProvider.GetElapsedTime(asked) + Pause >= timeout)
            {
                return answer;
            }

            await Task.Delay(Pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpAnswer> ExchangeAsync(Uri server, HttpRequest request, CancellationToken cancellationToken)
    {
        var proof = await credentials.GetAsync(request.Resource, cancellationToken).ConfigureAwait(false);
        var answer = await SendAsync(server, request, proof, cancellationToken).ConfigureAwait(false);
        if (HttpErrors.IsDenied(answer.Status) && credentials.Reject(proof))
        {
            proof = await credentials.GetAsync(request.Resource, cancellationToken).ConfigureAwait(false);
            answer = await SendAsync(server, request, proof, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    private async Task<HttpAnswer> SendAsync(Uri server, HttpRequest request, IReadOnlyDictionary<string, string> proof, CancellationToken cancellationToken)
    {
        var asked = timeProvider.GetTimestamp();
        try
        {
            var answer = await http.SendAsync(server, request, proof, cancellationToken).ConfigureAwait(false);
            if (HttpErrors.Sort(answer) == HttpError.Transient && !answer.IsSuccess)
            {
                servers.Failed(server);
            }
            else
            {
                servers.Succeeded(server);
            }

            return answer;
        }
        catch (RegistryException error) when (error.Connection is not null)
        {
            servers.Failed(server);
            throw;
        }
        catch (OperationCanceledException) when (request.Method != HttpMethod.Get && timeProvider.GetElapsedTime(asked) >= Silence)
        {
            // The engine's patience with what it writes may be shorter than ours, and the next attempt is not to meet the same silence. What it reads it may just not need any more.
            servers.Failed(server);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1250, LogLevel.Information, "Nacos at {Server} is asked by the API {Chosen}: it has no {Missing}.", EventName = "GenerationChosen")]
        public static partial void GenerationChosen(ILogger logger, Uri server, string chosen, string missing);
    }
}
