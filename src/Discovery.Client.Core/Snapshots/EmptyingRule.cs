namespace Discovery.Client.Snapshots;

/// <summary>What a confirming read said.</summary>
internal enum ConfirmingRead
{
    /// <summary>The registry has no such read.</summary>
    Unavailable,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It said that there are none, too.</summary>
    Empty,

    /// <summary>It listed instances.</summary>
    Instances,
}

/// <summary>What follows for a list that became empty.</summary>
internal enum EmptyingVerdict
{
    /// <summary>The last list stays; ask again later.</summary>
    Hold,

    /// <summary>There are none.</summary>
    Obey,

    /// <summary>The watch was wrong: the read's list holds.</summary>
    Refute,
}

/// <summary>
/// The rule for a list that suddenly became empty. While the registry's memory is unbroken, one confirming read decides. After a break (restarted, wiped, restored, or a new session)
/// an empty registry says little, because its instances may be about to register again: then the list is held until the time is up. The same goes for a while after a break,
/// since leases that nobody could renew meanwhile run out only now. In no case is a list held for longer.
/// </summary>
internal static class EmptyingRule
{
    /// <param name="isBreak">Whether the emptying itself comes with a break.</param>
    /// <param name="sinceBreak">How long ago the last break was; null: there was none.</param>
    /// <param name="limit">How long a list may be held.</param>
    public static bool IsAfterBreak(bool isBreak, TimeSpan? sinceBreak, TimeSpan limit) => isBreak || sinceBreak < limit;

    public static EmptyingVerdict Decide(TimeSpan held, TimeSpan limit, bool afterBreak, ConfirmingRead read) => read switch
    {
        ConfirmingRead.Instances => EmptyingVerdict.Refute,
        _ when held >= limit => EmptyingVerdict.Obey,
        ConfirmingRead.Empty when !afterBreak => EmptyingVerdict.Obey,
        _ => EmptyingVerdict.Hold,
    };
}
