using System.Globalization;

namespace Discovery.Client.Configuration;

/// <summary>What holds of section <c>Requests</c> wherever it comes from. Pure.</summary>
internal static class RequestsRules
{
    /// <param name="options">The options.</param>
    /// <param name="path">The section's path.</param>
    public static IEnumerable<string> Check(RequestOptions options, string path)
        => [
            .. Range(options.Retry.MaxAttempts, 1, 16, $"{path}:Retry:MaxAttempts"),
            .. Range(options.Retry.MaxSent, 1, 16, $"{path}:Retry:MaxSent"),
            .. Range(options.Retry.BudgetPercent, 0, 1000, $"{path}:Retry:BudgetPercent"),
            .. Range(options.Retry.BudgetPerSecond, 0, 1_000_000, $"{path}:Retry:BudgetPerSecond"),
            .. DurationSettings.HedgingDelay.Check($"{path}:Hedging", options.Hedging),
            .. Range(options.Hedging.MaxAttempts, 2, 10, $"{path}:Hedging:MaxAttempts"),
            .. Range(options.CircuitBreaker.FailurePercent, 1, 100, $"{path}:CircuitBreaker:FailurePercent"),
            .. Range(options.CircuitBreaker.MinRequests, 2, 1_000_000, $"{path}:CircuitBreaker:MinRequests"),
            .. DurationSettings.OfCircuitBreaker.SelectMany(duration => duration.Check($"{path}:CircuitBreaker", options.CircuitBreaker)),
        ];

    private static IEnumerable<string> Range(double value, double min, double max, string path)
        => value >= min && value <= max ? [] : [string.Create(CultureInfo.InvariantCulture, $"{path} is {value}, a number from {min} to {max} is expected.")];
}
