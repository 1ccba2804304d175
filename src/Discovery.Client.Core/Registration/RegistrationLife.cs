using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Registration;

/// <summary>Where one registration stands and what is to be done next for it. A value: it is replaced, not changed.</summary>
internal readonly record struct RegistrationLife
{
    private static readonly TimeSpan MinAttempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxAttempt = TimeSpan.FromSeconds(10);

    public RegistrationState State { get; init; }

    /// <summary>The generation of the wish that the registry took last; 0: none.</summary>
    public long Taken { get; init; }

    /// <summary>Attempts that failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Leases in a row that were lost before one TTL had passed.</summary>
    public int ShortLives { get; init; }

    /// <summary>When the lease began.</summary>
    public ClockReading Began { get; init; }

    /// <summary>From when on <see cref="Pause"/> counts.</summary>
    public ClockReading Since { get; init; }

    public TimeSpan Pause { get; init; }

    /// <summary>Whether the registry holds the wish of this generation.</summary>
    public bool Holds(long wished) => State == RegistrationState.Registered && Taken == wished;

    public RegistrationStep Next(long wished, bool stopping, TimeSpan timeToLive, ClockReading now)
    {
        if (stopping)
        {
            return new(RegistrationAction.Deregister, TimeSpan.Zero);
        }

        if (Holds(wished))
        {
            return new(RegistrationAction.Wait, Timeout.InfiniteTimeSpan);
        }

        var pause = Pause - Since.Until(now);
        return pause > TimeSpan.Zero
            ? new(RegistrationAction.Wait, pause)
            : new(RegistrationAction.Register, TimeSpan.FromTicks(Math.Clamp((timeToLive / 3).Ticks, MinAttempt.Ticks, MaxAttempt.Ticks)));
    }

    public RegistrationLife Registered(long generation, ClockReading now)
        => this with
        {
            State = RegistrationState.Registered,
            Taken = generation,
            Failures = 0,
            Pause = TimeSpan.Zero,
            Began = State == RegistrationState.Registered ? Began : now,
        };

    /// <summary>After the first failure the next attempt comes at once, then the pauses grow. What will not pass by itself is retried at the slowest pace.</summary>
    public RegistrationLife Failed(RetryAdvice advice, ClockReading now, RandomSource random)
    {
        var pause = advice.IsTransient ? PauseAfter(Failures + 1, random) : new Backoff(int.MaxValue).Pause(random);
        return this with { Failures = Failures + 1, Since = now, Pause = pause > advice.NotBefore ? pause : advice.NotBefore };
    }

    /// <summary>The registry could not be reached: when it is asked again is not for one registration to say.</summary>
    public RegistrationLife HeldBack() => this with { Failures = Math.Max(Failures, 1), Pause = TimeSpan.Zero };

    /// <summary>The registration is made again at once, unless leases keep being lost as soon as they are granted.</summary>
    public RegistrationLife Lost(TimeSpan timeToLive, TimeSpan notBefore, ClockReading now, RandomSource random)
    {
        if (State != RegistrationState.Registered)
        {
            return this;
        }

        var shortLives = Began.Until(now) < timeToLive ? ShortLives + 1 : 0;
        var pause = PauseAfter(shortLives, random);
        return this with { State = RegistrationState.Lost, ShortLives = shortLives, Since = now, Pause = pause > notBefore ? pause : notBefore };
    }

    public RegistrationLife Ended() => this with { State = RegistrationState.Deregistered };

    private static TimeSpan PauseAfter(int failures, RandomSource random) => failures <= 1 ? TimeSpan.Zero : new Backoff(failures - 1).Pause(random);
}
