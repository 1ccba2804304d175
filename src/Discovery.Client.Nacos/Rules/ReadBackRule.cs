namespace Discovery.Client.Nacos;

/// <summary>When a registration is looked for in the server's list. A value: it is replaced, not changed.</summary>
/// <param name="Due">When next.</param>
/// <param name="Missed">How often in a row it was not there.</param>
/// <param name="Losses">How often in a row it was given up for that; a person may have switched it off in the console, which hides it, and registering again does not bring it back.</param>
internal readonly record struct ReadBack(TimeSpan Due, int Missed, int Losses);

/// <summary>What is to be done about one that was looked for.</summary>
internal enum ReadBackResult
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>It has to be registered again.</summary>
    Lost,

    /// <summary>It stays away although it was registered again: that is told.</summary>
    Hidden,
}

/// <summary>Decides by what was found. Lists are renewed each half second, those of other nodes' clients within two.</summary>
internal static class ReadBackRule
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(5);
    private const int Enough = 3;
    private const int LongestShift = 3;

    /// <summary>It was registered, for the first time or anew.</summary>
    public static ReadBack Registered(ReadBack before, TimeSpan now) => new(now + First, 0, before.Losses);

    public static (ReadBack Next, ReadBackResult Result) Found(ReadBack before, bool isThere, TimeSpan now)
        => isThere ? (new(now + Round, 0, 0), ReadBackResult.Fine)
            : before.Missed + 1 < Enough ? (before with { Due = now + Again, Missed = before.Missed + 1 }, ReadBackResult.Fine)
            : before.Losses == 0 ? (new(now + Round, 0, 1), ReadBackResult.Lost)
            : (new(now + (Round * (1 << Math.Min(before.Losses, LongestShift))), 0, before.Losses + 1), before.Losses == 1 ? ReadBackResult.Hidden : ReadBackResult.Fine);
}
