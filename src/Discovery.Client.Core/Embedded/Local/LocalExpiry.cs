namespace Discovery.Client.Embedded;

/// <summary>Until when a record lives. Pure.</summary>
/// <remarks>
/// A heartbeat is the wall-clock time that its writer set on the file, read on the same machine. Only the first look at a file trusts the difference between that and now.
/// From then on a watch counts by a clock that does not jump: a file whose heartbeat moved since the last look is at most as old as that look.
/// So a wall clock that is set forward expires nothing that goes on beating, and one that is set back keeps nothing alive for ever.
/// </remarks>
internal static class LocalExpiry
{
    /// <summary>Returns when the record expires, on the steady clock.</summary>
    /// <param name="steadyNow">Now, on the steady clock.</param>
    /// <param name="wallNow">Now, on the wall clock.</param>
    /// <param name="heartbeat">The heartbeat just seen.</param>
    /// <param name="timeToLive">How long it counts.</param>
    /// <param name="lastLook">When an earlier heartbeat of the record was seen, on the steady clock; null: never.</param>
    public static TimeSpan Deadline(TimeSpan steadyNow, DateTime wallNow, DateTime heartbeat, TimeSpan timeToLive, TimeSpan? lastLook)
    {
        var age = wallNow - heartbeat;
        if (lastLook is { } look && age > steadyNow - look)
        {
            age = steadyNow - look;
        }

        return steadyNow + timeToLive - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }
}
