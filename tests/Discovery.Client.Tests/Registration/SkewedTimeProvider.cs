using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Tests.Registration;

/// <summary>Virtual time whose wall clock can be set, and which can sleep: then only the wall clock goes on.</summary>
internal sealed class SkewedTimeProvider : TimeProvider
{
    private readonly FakeTimeProvider _inner = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TimeSpan _skew;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + _skew;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan time) => _inner.Advance(time);

    public void MoveWallClock(TimeSpan by) => _skew += by;
}
