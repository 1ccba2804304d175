namespace Discovery.Client.Tests.Embedded;

/// <summary>A wall clock that can be set apart from the steady one.</summary>
internal sealed class TwoClocks(TimeProvider inner) : TimeProvider
{
    public TimeSpan WallOffset { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + WallOffset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
