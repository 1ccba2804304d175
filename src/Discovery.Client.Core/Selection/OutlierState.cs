namespace Discovery.Client.Selection;

/// <summary>What the search for outliers remembers of an instance. Only the engine's sweep touches it.</summary>
internal sealed class OutlierState
{
    /// <summary>How often in a row it was taken out.</summary>
    public int Times { get; set; }

    /// <summary>Whether it was taken out because connections could not be opened.</summary>
    public bool IsUnreachable { get; set; }

    /// <summary>The timestamp at which it may return; null: it is not out.</summary>
    public long? Until { get; set; }

    /// <summary>The timestamp at which the probe that is under way was seen first.</summary>
    public long? ProbeSince { get; set; }

    /// <summary>The timestamp since which a probe is allowed and none has begun.</summary>
    public long? AllowedSince { get; set; }

    /// <summary>How many probes had begun when that was looked at.</summary>
    public int ProbesBegun { get; set; }

    public long Successes { get; set; }

    public long Failures { get; set; }
}
