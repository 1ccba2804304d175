namespace Discovery.Client.Selection;

/// <summary>How far the return of an ejected instance is.</summary>
internal enum ProbeState
{
    None,

    /// <summary>The next request is the probe.</summary>
    Allowed,

    UnderWay,

    Succeeded,

    Failed,
}
