namespace Discovery.Client.Http;

/// <summary>How long an instance asks to be spared (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>No instance is spared longer because of what it says of itself.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    /// <summary>What the response says; null if nothing.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider clock)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is null || wait <= TimeSpan.Zero ? null : wait < Longest ? wait : Longest;
    }

    /// <summary>When a request that failed would have begun, had the instance taken as long as it asks to be spared.</summary>
    public static long Start(HttpResponseMessage response, long startedAt, long now, TimeProvider clock)
        => Of(response, clock) is { } wait ? Math.Min(startedAt, now - (long)(wait.TotalSeconds * clock.TimestampFrequency)) : startedAt;
}
