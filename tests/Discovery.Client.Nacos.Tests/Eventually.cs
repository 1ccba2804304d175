namespace Discovery.Client.Nacos.Tests;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Repeats an attempt until it succeeds. What fails other than as said, or at the deadline, is thrown.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="mayFail">Whether another attempt is made after this failure; null: after each that may pass by itself, but not after a lost lease.</param>
    /// <param name="seconds">The deadline.</param>
    public static async Task SucceedsAsync(Func<Task> attempt, Func<Exception, bool>? mayFail = null, int seconds = 60)
    {
        mayFail ??= error => error is RegistryException { IsTransient: true } and not LeaseLostException;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception error) when (mayFail(error) && TimeProvider.System.GetElapsedTime(started).TotalSeconds < seconds)
            {
                await Task.Delay(Step, TestContext.Current.CancellationToken);
            }
        }
    }

    public static async Task TrueAsync(Func<bool> condition, string what, int seconds = 60)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started).TotalSeconds < seconds, $"Not within {seconds} s: {what}.");
            await Task.Delay(Step, TestContext.Current.CancellationToken);
        }
    }
}
