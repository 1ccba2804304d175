namespace Discovery.Client.Selection;

/// <summary>Taking instances that fail out of traffic for a while, section <c>Selection:Outlier</c>. The values are those of Envoy's outlier detection and gRPC proposal A50.</summary>
/// <remarks>An instance returns with one request: if that one fails, it is out again, for longer. The last one that is left is never taken out.</remarks>
public sealed class OutlierOptions
{
    /// <summary>Whether it is done at all.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How many failures in a row take an instance out; looked at each second. 0: they do not.</summary>
    /// <value>The default is 5; 0 to 10 000.</value>
    public int ConsecutiveFailures { get; set; } = 5;

    /// <summary>How often instances are compared by what their requests came to since.</summary>
    /// <value>The default is 10 seconds; 1 second to 1 hour.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an instance is out the first time; the n-th time in a row n times as long. Up to a fifth is added by chance, so that callers do not return together.</summary>
    /// <value>The default is 30 seconds; 1 second to 1 day.</value>
    public TimeSpan EjectionTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time out, before chance.</summary>
    /// <value>The default is 5 minutes; 1 second to 1 day.</value>
    public TimeSpan MaxEjectionTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The most instances that are out at once, in percent; one always may be. Instances to which connections cannot be opened do not count, as long as others are reached.</summary>
    /// <value>The default is 10; 0 to 100.</value>
    public int MaxEjectedPercent { get; set; } = 10;

    /// <summary>How many standard deviations below the mean a success rate takes an instance out. 0: it does not.</summary>
    /// <value>The default is 1.9; 0 to 10.</value>
    public double SuccessRateFactor { get; set; } = 1.9;

    /// <summary>How many requests in an interval make a success rate.</summary>
    /// <value>The default is 100; 1 to 1 000 000.</value>
    public int SuccessRateRequests { get; set; } = 100;

    /// <summary>The percentage of failures above which an instance is taken out. 100: none is.</summary>
    /// <value>The default is 85; 0 to 100.</value>
    public int FailurePercent { get; set; } = 85;

    /// <summary>How many requests in an interval make a percentage of failures.</summary>
    /// <value>The default is 50; 1 to 1 000 000.</value>
    public int FailurePercentRequests { get; set; } = 50;

    /// <summary>How many instances with enough requests it takes to compare them.</summary>
    /// <value>The default is 5; 1 to 100 000.</value>
    public int MinInstances { get; set; } = 5;
}
