namespace Discovery.Client.Internal;

/// <summary>One look at both clocks.</summary>
/// <param name="Monotonic">Never goes back, but stands still while the machine sleeps.</param>
/// <param name="Wall">Goes on while the machine sleeps, but somebody may set it.</param>
internal readonly record struct ClockReading(TimeSpan Monotonic, DateTimeOffset Wall)
{
    public static ClockReading Of(TimeProvider time) => new(time.GetElapsedTime(0), time.GetUtcNow());

    /// <summary>
    /// How much time has passed at least: the larger of what the two clocks say. A wall clock that was set back changes nothing,
    /// one that was set forward looks like sleep, which costs one needless proof of life.
    /// </summary>
    public TimeSpan Until(ClockReading later)
    {
        var (monotonic, wall) = (later.Monotonic - Monotonic, later.Wall - Wall);
        return monotonic > wall ? monotonic : wall;
    }
}
