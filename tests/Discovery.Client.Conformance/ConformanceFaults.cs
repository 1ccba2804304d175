namespace Discovery.Client.Conformance;

/// <summary>What a target can do to its registry.</summary>
[Flags]
public enum ConformanceFaults
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It can be killed and started again with its data.</summary>
    Kill = 1,

    /// <summary>It can be made to forget everything.</summary>
    Wipe = 2,

    /// <summary>It can be paused and resumed.</summary>
    Pause = 4,

    /// <summary>Connections to it can be closed.</summary>
    Cut = 8,

    /// <summary>Connections to it can be left open while nothing passes.</summary>
    Swallow = 16,
}
