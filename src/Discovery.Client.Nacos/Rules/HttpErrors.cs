namespace Discovery.Client.Nacos;

/// <summary>What an answer of the open API that is no success means.</summary>
internal enum HttpError
{
    /// <summary>The server refuses this request whenever it is sent.</summary>
    Refused,

    /// <summary>The server does not believe who asks, or what that one may do.</summary>
    Denied,

    /// <summary>This server has no such API: another generation has to be spoken.</summary>
    ApiGone,

    /// <summary>The server could not pass the request on to the node that is responsible for it: it may later, and no other server could either.</summary>
    NotPassedOn,

    /// <summary>The server does not know the service or the instance.</summary>
    Unknown,

    /// <summary>It may succeed later, or at another server.</summary>
    Transient,
}

/// <summary>Sorts the answers of Nacos 1.x to 3.x. The texts are looked at only where the status alone does not tell.</summary>
internal static class HttpErrors
{
    /// <summary>What servers say to those without a right, over either transport, seldom tells what is missing.</summary>
    public const string DeniedAdvice = " The configured user or key has no right to this, or none is configured.";

    private static readonly string[] PassingOn = ["receive invalid redirect request", "HttpHostConnectException", "ConnectException", "SocketTimeoutException", "NoHttpResponseException"];

    private static readonly string[] NotKnown = ["service not found", "no matched ip"];

    private static readonly string[] WrongMetadata = ["metadata format incorrect"];

    public static HttpError Sort(HttpAnswer answer) => answer.Status switch
    {
        401 or 403 => HttpError.Denied,
        400 or 404 or 500 when Contains(answer.Text, NotKnown) => HttpError.Unknown,
        404 or 410 or 501 => HttpError.ApiGone,
        400 or 500 when Contains(answer.Text, PassingOn) => HttpError.NotPassedOn,
        500 when Contains(answer.Text, WrongMetadata) => HttpError.Refused,
        408 or 429 or >= 500 => HttpError.Transient,

        // A redirect, or a page of something that stands before the server.
        < 400 => HttpError.Transient,
        _ => HttpError.Refused,
    };

    public static bool IsDenied(int status) => status is 401 or 403;

    /// <summary>What the server says of it, cut short.</summary>
    public static string Explain(HttpAnswer answer)
    {
        var text = answer.Text;
        text = text.Length > 300 ? text[..300] : text;
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length == 0 ? "nothing more." : text.EndsWith('.') ? text : text + ".";
    }

    private static bool Contains(string text, string[] any) => Array.Exists(any, part => text.Contains(part, StringComparison.Ordinal));
}
