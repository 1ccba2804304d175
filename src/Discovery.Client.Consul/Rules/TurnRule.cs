namespace Discovery.Client.Consul;

/// <summary>How long one blocking query may hold its slot.</summary>
internal static class TurnRule
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);

    /// <summary>The whole wait while every watch has a slot of its own; else as much as lets all have a turn within the cycle.</summary>
    /// <param name="watches">How many watches there are.</param>
    /// <param name="slots">How many queries may be open at once.</param>
    /// <param name="wait">The wait of a watch with a slot of its own.</param>
    /// <param name="cycle">In how long all are to have had a turn.</param>
    public static TimeSpan Wait(int watches, int slots, TimeSpan wait, TimeSpan cycle)
    {
        if (watches <= slots)
        {
            return wait;
        }

        var turn = cycle * ((double)slots / watches);
        return turn < Shortest ? Shortest : turn > wait ? wait : turn;
    }

    /// <summary>How long after the request the answer must have come: the server adds up to a sixteenth to the wait.</summary>
    public static TimeSpan Deadline(TimeSpan wait, TimeSpan slack) => (wait * 17 / 16) + slack;
}
