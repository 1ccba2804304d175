using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>How long to wait after a failed attempt at a registry.</summary>
internal static class RetryPause
{
    /// <summary>The longest wait a registry may ask for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    /// <param name="error">What failed. Anything but a <see cref="RegistryException"/> is a defect, which may be over next time.</param>
    /// <param name="backoff">The failures in a row, this one included.</param>
    /// <param name="random">The dice.</param>
    public static TimeSpan After(Exception error, Backoff backoff, RandomSource random)
    {
        var registry = error as RegistryException;
        var pause = (registry is { IsTransient: false } ? new Backoff(100) : backoff).Pause(random);
        return registry?.RetryAfter is { } asked && asked > pause ? (asked < LongestAsked ? asked : LongestAsked) : pause;
    }
}
