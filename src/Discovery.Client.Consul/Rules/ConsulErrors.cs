using System.Net;

namespace Discovery.Client.Consul;

/// <summary>What an answer that is not a success means.</summary>
internal enum ConsulError
{
    /// <summary>The registry refuses this request whenever it is sent.</summary>
    Refused,

    /// <summary>It may succeed later, or at another agent.</summary>
    Transient,

    /// <summary>The agent or the servers ask for less.</summary>
    Throttled,

    /// <summary>There is nothing of this name.</summary>
    NotFound,
}

/// <summary>Sorts the answers of Consul 1.8 to 1.22. The texts are looked at only where the status alone does not tell.</summary>
internal static class ConsulErrors
{
    private static readonly string[] UnknownCheck = ["does not have associated TTL", "Unknown check"];

    private static readonly string[] Denied = ["Permission denied", "ACL not found"];

    public static ConsulError Sort(HttpStatusCode status, string body) => (int)status switch
    {
        404 => ConsulError.NotFound,
        429 => ConsulError.Throttled,
        500 when Contains(body, Denied) => ConsulError.Refused,
        503 when body.Contains("rate limit", StringComparison.OrdinalIgnoreCase) => ConsulError.Throttled,
        408 or >= 500 => ConsulError.Transient,
        _ => ConsulError.Refused,
    };

    /// <summary>Whether the answer says that the token lacks a right, or that there is no such token.</summary>
    public static bool IsDenied(HttpStatusCode status, string body)
        => status == HttpStatusCode.Forbidden || (status == HttpStatusCode.InternalServerError && Contains(body, Denied));

    /// <summary>Whether the answer is the state of an agent's own service: 404, 429 and 503 then say "none", "warning" and "critical", and a list stands where an error has a text.</summary>
    public static bool IsState(HttpStatusCode status, string body) => (int)status is 200 or 404 or 429 or 503 && body.StartsWith('[');

    /// <summary>Whether the answer to a heartbeat says that the agent does not know the check: 404 on newer agents, on 1.8.7 500 with a text that depends on whether there are ACLs.</summary>
    public static bool IsLeaseLost(HttpStatusCode status, string body)
        => status == HttpStatusCode.NotFound || (status == HttpStatusCode.InternalServerError && Contains(body, UnknownCheck));

    /// <summary>What is wrong, in words that tell the four meanings of 429 apart.</summary>
    public static string Explain(HttpStatusCode status, string body) => (int)status switch
    {
        429 when body.Contains("concurrent connections", StringComparison.OrdinalIgnoreCase)
            => "the agent allows no more connections from this address (limits.http_max_conns_per_client; MaxConcurrentQueries lowers our share)",
        429 when body.Contains("rate limit exceeded, try again", StringComparison.OrdinalIgnoreCase) => "the servers limit requests (limits.request_limits)",
        429 => "the agent limits its requests to the servers (limits.rpc_rate)",
        503 when body.Contains("rate limit", StringComparison.OrdinalIgnoreCase) => "the servers limit writes (limits.request_limits)",
        _ => Printable(body),
    };

    private static bool Contains(string body, string[] texts) => texts.Any(text => body.Contains(text, StringComparison.Ordinal));

    private static string Printable(string body)
    {
        var text = body.Length > 300 ? body[..300] : body;
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }
}
