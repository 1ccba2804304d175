using System.Globalization;
using Discovery.Client.Telemetry;

namespace Discovery.Client.Snapshots;

internal static class FirstAnswer
{
    public static async Task<ServiceView> WaitAsync(ServiceEntry entry, WatchEnvironment environment, CancellationToken cancellationToken)
    {
        using var activity = DiscoveryActivitySource.StartWait(entry.Name, entry.Backend);
        var timeout = environment.Options.FirstAnswerTimeout;
        var startedAt = environment.Clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout, environment.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (true)
        {
            using var waiter = entry.NextChange(either.Token);
            var view = entry.View;
            if (view.State != ServiceViewState.Pending)
            {
                return view;
            }

            if (!await waiter.Task.ConfigureAwait(false))
            {
                var error = TimedOut(entry, cancellationToken.IsCancellationRequested ? environment.Clock.GetElapsedTime(startedAt) : timeout);

                // HttpClient passes the text of a cancellation on in its own, so that a timeout shorter than this wait says what it cut short.
                throw cancellationToken.IsCancellationRequested ? new OperationCanceledException(error.Message, error, cancellationToken) : error;
            }
        }
    }

    private static NoInstanceAvailableException TimedOut(ServiceEntry entry, TimeSpan timeout)
    {
        var waited = string.Create(CultureInfo.InvariantCulture, $"the registry has not answered within {timeout.TotalSeconds:0.###} s");
        return new NoInstanceAvailableException(entry.View, waited, entry.LastError);
    }
}
