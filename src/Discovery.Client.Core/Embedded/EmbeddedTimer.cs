namespace Discovery.Client.Embedded;

internal static class EmbeddedTimer
{
    /// <summary>Creates a timer that runs once. Nothing of the caller's execution context flows into it, since registrations outlive requests.</summary>
    public static ITimer CreateOneShot(this TimeProvider timeProvider, TimerCallback callback, object? state, TimeSpan dueTime)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return timeProvider.CreateTimer(callback, state, dueTime, Timeout.InfiniteTimeSpan);
        }
    }
}
