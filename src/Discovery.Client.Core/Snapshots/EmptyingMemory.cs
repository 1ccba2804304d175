namespace Discovery.Client.Snapshots;

/// <summary>What is known of a service's emptying across its sessions: one that breaks must not start the time anew.</summary>
internal sealed class EmptyingMemory
{
    /// <summary>
    /// How long watches have been saying that there are no instances since the last list that had some. The time between watches does not count: a registry that is away empties nothing,
    /// and providers need their time after it is back.
    /// </summary>
    public TimeSpan Held { get; set; }

    /// <summary>The timestamp of the last break in the registry's memory; null: there was none.</summary>
    public long? BrokenAt { get; set; }
}
