using Polly.Timeout;

namespace Discovery.Client.Resilience;

/// <summary>What counts as a failure of an instance. Pure.</summary>
internal static class CircuitRule
{
    /// <summary>Stands in the data of an exception that is the caller's doing.</summary>
    public const string OfTheCaller = "Discovery.Client.OfTheCaller";

    /// <param name="response">The response, if there is one.</param>
    /// <param name="exception">The exception otherwise.</param>
    /// <param name="findsOut">Whether the request was to find out if the circuit may close, which only an answer says.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static bool IsFailure(HttpResponseMessage? response, Exception? exception, bool findsOut, CancellationToken cancellationToken) => exception switch
    {
        null => (int?)response?.StatusCode >= 500,
        _ when findsOut => true,
        { } when exception.Data[OfTheCaller] is true => false,
        OperationCanceledException { InnerException: TimeoutException } => !cancellationToken.IsCancellationRequested,
        OperationCanceledException => false,
        HttpRequestException or IOException or TimeoutException or TimeoutRejectedException => true,
        _ => false,
    };

    public static bool AreSame(CircuitBreakerOptions one, CircuitBreakerOptions other)
        => (one.FailurePercent, one.MinRequests, one.Window, one.BreakTime) == (other.FailurePercent, other.MinRequests, other.Window, other.BreakTime);
}
