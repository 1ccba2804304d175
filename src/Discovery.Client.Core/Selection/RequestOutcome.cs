namespace Discovery.Client.Selection;

/// <summary>How a request to an instance ended.</summary>
public enum RequestOutcome
{
    /// <summary>A response came and its body ended.</summary>
    Success,

    /// <summary>The instance answered that it failed, or the response broke off.</summary>
    Failure,

    /// <summary>No connection could be opened: nothing was sent.</summary>
    NotSent,

    /// <summary>The caller gave up: nothing is learned.</summary>
    Canceled,
}
