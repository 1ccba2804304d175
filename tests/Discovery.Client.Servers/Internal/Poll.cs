namespace Discovery.Client.Servers.Internal;

internal static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks every 10 ms until the condition holds.</summary>
    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }
}
