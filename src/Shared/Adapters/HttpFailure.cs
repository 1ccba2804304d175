namespace Discovery.Client.Adapters;

/// <summary>What failed in a request over HTTP.</summary>
internal static class HttpFailure
{
    /// <summary>In words, with the cause where the message does not have it already.</summary>
    public static string Reason(Exception error)
        => error.InnerException is { } inner && !error.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{error.Message} {inner.Message}" : error.Message;
}
