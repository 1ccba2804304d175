namespace Discovery.Client.Http;

/// <summary>What is left of a budget at a moment.</summary>
/// <param name="Tokens">How many further attempts there may be at once.</param>
/// <param name="Recent">Requests within the window, the older the less they count.</param>
/// <param name="Requests">How many requests there had been.</param>
/// <param name="At">The moment, in seconds.</param>
/// <param name="Taken">How many further attempts there were.</param>
internal sealed record RetryBudgetState(double Tokens, double Recent, long Requests, double At, long Taken);

/// <summary>How a budget grows: by a part of the requests and by so many a second, kept for a window. Pure.</summary>
internal static class RetryBudgetRule
{
    /// <summary>How long what is not used is kept, in seconds.</summary>
    public const double Window = 10;

    /// <summary>The budget at first: what a window without requests makes.</summary>
    public static RetryBudgetState Start(double now, RetryOptions options) => new(Window * options.BudgetPerSecond, 0, 0, now, 0);

    /// <param name="state">The budget before.</param>
    /// <param name="requests">How many requests there have been, further attempts not counted.</param>
    /// <param name="now">The moment, in seconds.</param>
    /// <param name="options">The settings.</param>
    public static RetryBudgetState Refill(RetryBudgetState state, long requests, double now, RetryOptions options)
    {
        var seconds = now - state.At;
        if (seconds <= 0)
        {
            return state;
        }

        var (part, arrived) = (options.BudgetPercent / 100, Math.Max(0, requests - state.Requests));
        var recent = (state.Recent * Math.Exp(-seconds / Window)) + (arrived * Math.Min(1, Window / seconds));
        var most = (Window * options.BudgetPerSecond) + (part * recent);
        return state with { Tokens = Math.Min(most, state.Tokens + (options.BudgetPerSecond * seconds) + (part * arrived)), Recent = recent, Requests = Math.Max(requests, state.Requests), At = now };
    }
}
