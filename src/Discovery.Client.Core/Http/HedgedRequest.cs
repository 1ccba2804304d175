namespace Discovery.Client.Http;

/// <summary>Copies of a request: several attempts at the same time cannot share one, since each has a URI of its own.</summary>
internal static class HedgedRequest
{
    /// <summary>Whether a request can be asked for twice at the same time. One that opens a WebSocket is not: it begins what does not end with its response.</summary>
    public static bool IsPossible(HttpRequestMessage request)
        => request.Content is null && request.RequestUri is not { Scheme: "ws" or "wss" } && request.Headers.NonValidated.Contains("Upgrade") is false && RetryRule.IsRepeatable(request);

    public static HttpRequestMessage Copy(HttpRequestMessage request, Uri original)
    {
        var copy = new HttpRequestMessage(request.Method, original) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        foreach (var (key, value) in (IDictionary<string, object?>)request.Options)
        {
            ((IDictionary<string, object?>)copy.Options)[key] = value;
        }

        return copy;
    }
}
