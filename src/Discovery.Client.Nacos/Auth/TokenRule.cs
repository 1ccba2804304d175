namespace Discovery.Client.Nacos;

/// <summary>What is done with a token before a request.</summary>
internal enum TokenStep
{
    /// <summary>It is sent.</summary>
    Use,

    /// <summary>It is sent, and another one is asked for beside that.</summary>
    UseAndRenew,

    /// <summary>It is not sent any more: another one is asked for first.</summary>
    Renew,
}

/// <summary>When a token is renewed: before it ends, so that no request waits for it, and no more often than makes sense.</summary>
internal static class TokenRule
{
    /// <summary>A token that a server gave this lately and refuses is not refused for its age: another one would be refused too.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>Where not even new tokens help, a right is missing, and logging in at each refusal would do so for ever.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    /// <param name="age">How long ago it was given.</param>
    /// <param name="lifetime">How long it lives.</param>
    /// <param name="failures">How many renewals have failed since it was given.</param>
    /// <param name="sinceFailure">How long ago the last of them did.</param>
    public static TokenStep Decide(TimeSpan age, TimeSpan lifetime, int failures, TimeSpan sinceFailure)
        => age >= lifetime ? TokenStep.Renew
            : age >= lifetime * 0.8 && sinceFailure >= PauseAfter(failures) ? TokenStep.UseAndRenew
            : TokenStep.Use;

    /// <summary>How long after logins that failed in a row the next is made: everybody who asks would make one.</summary>
    public static TimeSpan PauseAfter(int failures) => failures == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures - 1), LongestPause.TotalSeconds));

    /// <summary>Whether a request that was refused is worth repeating with another token.</summary>
    /// <param name="age">How long ago the refused one was given.</param>
    /// <param name="refusals">How many were refused in a row though they were new.</param>
    /// <param name="sinceRefusal">How long ago the last of those was refused for the first time.</param>
    public static bool IsWorthAnother(TimeSpan age, int refusals, TimeSpan sinceRefusal) => age >= Fresh && (refusals == 0 || sinceRefusal >= RestAfter(refusals));

    /// <summary>Whether a refused token was new.</summary>
    public static bool IsFresh(TimeSpan age) => age < Fresh;

    /// <summary>Whether a token that is refused now has helped for long, so that earlier refusals tell nothing.</summary>
    public static bool HasHelped(TimeSpan age) => age >= LongestRest;

    private static TimeSpan RestAfter(int refusals) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, refusals), LongestRest.TotalSeconds));
}
