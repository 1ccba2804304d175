namespace Discovery.Client.Snapshots;

/// <summary>What is done with an answer.</summary>
internal enum Acceptance
{
    /// <summary>It becomes the list.</summary>
    Accept,

    /// <summary>It is the list already: only its age starts over.</summary>
    Confirm,

    /// <summary>It is older than one that came before it: ignored.</summary>
    RejectOlder,

    /// <summary>It says that a list which had instances has none: held back until that is confirmed.</summary>
    Hold,
}

/// <summary>The rule by which an answer of a watch becomes the list.</summary>
internal static class SnapshotAcceptance
{
    /// <param name="incoming">The answer.</param>
    /// <param name="accepted">The answer accepted last, or null.</param>
    /// <param name="seen">The newest version seen in this watch session; null before its first answer, since versions compare only within a session.</param>
    /// <param name="hasInstances">Whether the list in use has instances.</param>
    /// <param name="holdsEmptying">Whether an emptying is held back at all.</param>
    public static Acceptance Decide(ServiceSnapshot incoming, ServiceSnapshot? accepted, SnapshotVersion? seen, bool hasInstances, bool holdsEmptying)
    {
        if (seen is { } newest && incoming.Version.IsOlderThan(newest))
        {
            return Acceptance.RejectOlder;
        }

        if (incoming.Instances.IsEmpty && hasInstances && holdsEmptying)
        {
            return Acceptance.Hold;
        }

        return ReferenceEquals(incoming, accepted) ? Acceptance.Confirm : Acceptance.Accept;
    }

    /// <summary>Whether an emptying comes with a break in the registry's memory (a new session, other numbers): it may have lost its data rather than its instances.</summary>
    public static bool IsBreak(SnapshotVersion incoming, SnapshotVersion? seen) => seen is not { } newest || newest.Epoch != incoming.Epoch;
}
