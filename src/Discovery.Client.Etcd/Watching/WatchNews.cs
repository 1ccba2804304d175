namespace Discovery.Client.Etcd;

/// <summary>How a watch goes on.</summary>
internal enum WatchTurn
{
    /// <summary>As before.</summary>
    GoesOn,

    /// <summary>On another stream, from the revision it has come to.</summary>
    Moves,

    /// <summary>With a new list: the store no longer has the revisions that it would have to be told of.</summary>
    ListsAgain,
}

/// <summary>What happened in a range.</summary>
/// <param name="Changes">The last change of each key that has changed.</param>
/// <param name="Revision">Up to which revision.</param>
/// <param name="Turn">How the watch goes on after that.</param>
internal sealed record WatchNews(IReadOnlyList<Wire.Event> Changes, long Revision, WatchTurn Turn);
