namespace Discovery.Client.Configuration;

/// <summary>Reads section <c>Requests</c>, of all services and of one.</summary>
internal static class RequestsBinder
{
    /// <param name="settings">The section.</param>
    /// <param name="defaults">What holds where it says nothing.</param>
    public static RequestOptions Bind(SettingsReader settings, RequestOptions defaults)
        => new()
        {
            Retry = Bind(settings.GetSection("Retry"), defaults.Retry),
            Hedging = Bind(settings.GetSection("Hedging"), defaults.Hedging),
            CircuitBreaker = Bind(settings.GetSection("CircuitBreaker"), defaults.CircuitBreaker),
        };

    private static RetryOptions Bind(SettingsReader settings, RetryOptions defaults) => new()
    {
        MaxAttempts = settings.GetInt32("MaxAttempts", defaults.MaxAttempts, int.MinValue),
        MaxSent = settings.GetInt32("MaxSent", defaults.MaxSent, int.MinValue),
        OnStatus = settings.GetBoolean("OnStatus", defaults.OnStatus),
        BudgetPercent = settings.GetDouble("BudgetPercent", defaults.BudgetPercent, double.MinValue),
        BudgetPerSecond = settings.GetDouble("BudgetPerSecond", defaults.BudgetPerSecond, double.MinValue),
    };

    private static HedgingOptions Bind(SettingsReader settings, HedgingOptions defaults)
    {
        var options = new HedgingOptions { Delay = defaults.Delay, MaxAttempts = settings.GetInt32("MaxAttempts", defaults.MaxAttempts, int.MinValue) };
        DurationSettings.HedgingDelay.Read(settings, options);
        return options;
    }

    private static CircuitBreakerOptions Bind(SettingsReader settings, CircuitBreakerOptions defaults)
    {
        var options = new CircuitBreakerOptions
        {
            Enabled = settings.GetBoolean("Enabled", defaults.Enabled),
            FailurePercent = settings.GetDouble("FailurePercent", defaults.FailurePercent, double.MinValue),
            MinRequests = settings.GetInt32("MinRequests", defaults.MinRequests, int.MinValue),
            Window = defaults.Window,
            BreakTime = defaults.BreakTime,
            FailFast = settings.GetBoolean("FailFast", defaults.FailFast),
        };
        foreach (var duration in DurationSettings.OfCircuitBreaker)
        {
            duration.Read(settings, options);
        }

        return options;
    }
}
