namespace Discovery.Client.Snapshots;

/// <summary>What is known of a service.</summary>
public enum ServiceViewState
{
    /// <summary>The registry has not answered yet.</summary>
    Pending,

    /// <summary>The registry has listed instances.</summary>
    Known,

    /// <summary>The registry has said that there are none.</summary>
    Empty,
}
