namespace Discovery.Client.Registration;

internal enum LaneOutcome
{
    /// <summary>Nothing was learned of the connection.</summary>
    Unknown,

    /// <summary>The registry answered, whatever it said.</summary>
    Answered,

    /// <summary>The registry could not be reached, or did not answer.</summary>
    ConnectionFailed,
}
