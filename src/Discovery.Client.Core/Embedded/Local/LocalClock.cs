namespace Discovery.Client.Embedded;

/// <summary>The two clocks of a backend: one that all processes of the machine share, and one that never jumps.</summary>
internal sealed class LocalClock(TimeProvider timeProvider)
{
    private readonly long _origin = timeProvider.GetTimestamp();

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>Tells the version numbers of this backend from another's.</summary>
    public ulong Epoch { get; } = (ulong)timeProvider.GetUtcNow().UtcTicks;

    public TimeSpan Steady => timeProvider.GetElapsedTime(_origin);

    public DateTime Wall => timeProvider.GetUtcNow().UtcDateTime;
}
