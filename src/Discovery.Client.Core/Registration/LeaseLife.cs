using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Registration;

/// <summary>When a group's next renewal is due and when its silence counts as loss. A value: it is replaced, not changed.</summary>
internal readonly record struct LeaseLife
{
    /// <summary>A renewal that takes longer is given up, so that a second one fits before the lease ends.</summary>
    public static readonly TimeSpan MaxAttempt = TimeSpan.FromSeconds(10);

    /// <summary>The clocks are looked at this often, since a timer does not notice that the machine slept.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private const double Jitter = 0.1;

    public required TimeSpan TimeToLive { get; init; }

    /// <summary>Null: nothing is sent and silence says nothing.</summary>
    public required TimeSpan? RenewEvery { get; init; }

    /// <summary>When the last renewal that was acknowledged was sent: the registry counts from then or later.</summary>
    public required ClockReading Acknowledged { get; init; }

    /// <summary>From when on <see cref="Pause"/> counts.</summary>
    public required ClockReading Since { get; init; }

    public required TimeSpan Pause { get; init; }

    /// <summary>Renewals that failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>A lease that was just granted. Its first renewal is due at a random time, so that many registrations made together do not beat together.</summary>
    /// <param name="group">Its terms.</param>
    /// <param name="asked">When it was asked for.</param>
    /// <param name="granted">When the answer came. Silence counts from here: a slow registry would otherwise grant leases that are lost already.</param>
    /// <param name="random">Chance.</param>
    public static LeaseLife Granted(LeaseGroup group, ClockReading asked, ClockReading granted, RandomSource random)
    {
        // An adapter that asks for fewer renewals than fit gets as many as are needed.
        TimeSpan? every = group.RenewEvery is { } wished ? Min(wished, group.TimeToLive / 2) : null;
        return new LeaseLife { TimeToLive = group.TimeToLive, RenewEvery = every, Acknowledged = granted, Since = asked, Pause = every * random.NextDouble() ?? TimeSpan.Zero };
    }

    public LeaseStep Next(ClockReading now)
    {
        if (RenewEvery is null)
        {
            return new(LeaseAction.Wait, Timeout.InfiniteTimeSpan);
        }

        var (silence, pause) = (Acknowledged.Until(now), Pause - Since.Until(now));
        if (silence >= TimeToLive)
        {
            return new(LeaseAction.Lost, pause > TimeSpan.Zero && Failures > 0 ? pause : TimeSpan.Zero);
        }

        var left = TimeToLive - silence;
        return pause > TimeSpan.Zero
            ? new(LeaseAction.Wait, Min(Min(pause, left), LookAgain))
            : new(LeaseAction.Renew, Min(Min(TimeToLive / 3, left), MaxAttempt));
    }

    public LeaseLife Renewed(ClockReading sent, RandomSource random)
        => this with { Acknowledged = sent, Since = sent, Pause = RenewEvery.GetValueOrDefault() * (1 - (Jitter * random.NextDouble())), Failures = 0 };

    /// <summary>
    /// Tries again after a twelfth of the TTL, then a sixth, then a third: the second try begins before the lease ends even if the first one hung,
    /// and a registry that is down is not asked more often than one that is up by much.
    /// </summary>
    public LeaseLife Failed(ClockReading now, RetryAdvice advice, RandomSource random)
    {
        var every = RenewEvery.GetValueOrDefault();
        var pause = advice.IsTransient ? Min(TimeToLive / 12 * (1 << Math.Min(Failures, 2)), every) : every;
        return this with { Since = now, Failures = Failures + 1, Pause = Max(pause * (1 - Jitter + (2 * Jitter * random.NextDouble())), advice.NotBefore) };
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
