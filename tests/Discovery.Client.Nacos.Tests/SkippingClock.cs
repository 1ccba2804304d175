namespace Discovery.Client.Nacos.Tests;

/// <summary>The system's clock, which a test can set forward; timers stay the system's. So what happens "a second later at the earliest" need not be waited for.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private long _skipped;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _skipped);

    public void Skip(TimeSpan time) => Interlocked.Add(ref _skipped, (long)(time.TotalSeconds * TimestampFrequency));
}
