namespace Discovery.Client.Resilience;

/// <summary>What counts as a failure of an instance. Pure.</summary>
internal static class CircuitRule
{
    public static bool IsFailure(HttpResponseMessage? response, Exception? exception, CancellationToken cancellationToken) => exception switch
    {
        null => (int?)response?.StatusCode >= 500,
        OperationCanceledException { InnerException: TimeoutException } => !cancellationToken.IsCancellationRequested,
        OperationCanceledException => false,
        HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };

    public static bool AreSame(CircuitBreakerOptions one, CircuitBreakerOptions other)
        => (one.FailurePercent, one.MinRequests, one.Window, one.BreakTime) == (other.FailurePercent, other.MinRequests, other.Window, other.BreakTime);
}
