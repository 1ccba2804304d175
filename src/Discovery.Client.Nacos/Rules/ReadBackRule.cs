namespace Discovery.Client.Nacos;

/// <summary>When a registration is looked for in the server's list. A value: it is replaced, not changed.</summary>
/// <param name="Due">When next.</param>
/// <param name="Missed">How often in a row it was not there.</param>
/// <param name="Losses">How often in a row it was given up for that; a person may have switched it off in the console, which hides it, and registering again does not bring it back.</param>
/// <param name="Others">How often another record was found in its place.</param>
internal readonly record struct ReadBack(TimeSpan Due, int Missed, int Losses, int Others = 0);

/// <summary>What is to be done about one that was looked for.</summary>
internal enum ReadBackResult
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>It has to be registered again.</summary>
    Lost,

    /// <summary>The same, and it is told: it stays away, or another stands in its place, although it was registered again.</summary>
    Hidden,
}

/// <summary>Decides by what was found. Lists are renewed each half second, those of other nodes' clients within two; what a dead node has left stays for three minutes.</summary>
internal static class ReadBackRule
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan WhileAnother = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private const int Enough = 3;
    private const int EnoughOthers = 16;
    private const int Growth = 4;

    /// <summary>It was registered, for the first time or anew. The more often that did not help, the later it is looked for.</summary>
    public static ReadBack Registered(ReadBack before, TimeSpan now) => new(now + (before.Losses == 0 ? First : PauseAfter(before.Losses)), 0, before.Losses);

    public static (ReadBack Next, ReadBackResult Result) Found(ReadBack before, Listed found, TimeSpan now) => found switch
    {
        Listed.Yes => (new(now + Round, 0, 0), ReadBackResult.Fine),

        // One that outlives what a dead node leaves has been changed in the console, or a node that read its neighbours' lists as it started has put back what was registered before.
        Listed.Another when before.Others < EnoughOthers => (before with { Due = now + WhileAnother, Missed = 0, Others = before.Others + 1 }, ReadBackResult.Fine),
        Listed.Another => (new(now + Round, 0, before.Losses + 1), LostOrHidden(before)),
        _ when before.Missed + 1 < Enough => (before with { Due = now + Again, Missed = before.Missed + 1 }, ReadBackResult.Fine),
        _ => (new(now + Round, 0, before.Losses + 1), LostOrHidden(before)),
    };

    private static ReadBackResult LostOrHidden(ReadBack before) => before.Losses == 1 ? ReadBackResult.Hidden : ReadBackResult.Lost;

    private static TimeSpan PauseAfter(int losses)
    {
        var pause = Pause * Math.Pow(Growth, Math.Min(losses - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }
}
