namespace Discovery.Client.Consul;

/// <summary>The time left of an attempt that blocks.</summary>
internal readonly struct Deadline(TimeProvider timeProvider, TimeSpan timeout)
{
    private readonly long _start = timeProvider.GetTimestamp();

    /// <exception cref="TimeoutException">None is left.</exception>
    public int RemainingMilliseconds
    {
        get
        {
            var left = (int)Math.Ceiling((timeout - timeProvider.GetElapsedTime(_start)).TotalMilliseconds);
            return left > 0 ? left : throw new TimeoutException($"No answer within {timeout.TotalSeconds:0.###} s.");
        }
    }
}
