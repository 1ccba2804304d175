using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>What is known of the connection to a registry and when it may be asked next. A value: it is replaced, not changed. Moments are readings of one monotonic clock.</summary>
internal readonly record struct ConnectionLife
{
    /// <summary>An outage that begins so soon after the last one goes on with its pauses. Only the first such one begins with some 2 s at most: what ended may have been nothing but a connection.</summary>
    public static readonly TimeSpan Flapping = TimeSpan.FromSeconds(10);

    private static readonly Backoff MostAtFirst = new(4);

    /// <summary>Whether the last that is known of the registry is that it answered. Nothing is known at the beginning.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Why the registry cannot be reached; null while it can, and before anything is known.</summary>
    public RegistryException? Error { get; init; }

    /// <summary>When the outage began.</summary>
    public TimeSpan DownSince { get; init; }

    private Backoff Backoff { get; init; }

    private TimeSpan Pause { get; init; }

    private TimeSpan FailedAt { get; init; }

    private bool HasFlapped { get; init; }

    private TimeSpan? OpenedAt { get; init; }

    private TimeSpan? HurriedAt { get; init; }

    /// <summary>The registry answered, whatever it said.</summary>
    public ConnectionLife Answered(TimeSpan now) => IsOpen ? this : this with { IsOpen = true, Error = null, OpenedAt = now };

    /// <summary>The registry could not be reached.</summary>
    /// <param name="error">Why.</param>
    /// <param name="askedAt">When it was asked. A failure from before the registry was reached again tells nothing about it now.</param>
    /// <param name="now">The moment.</param>
    /// <param name="leads">Whether the attempt was made on behalf of all. Only then do the pauses grow, however many others fail meanwhile.</param>
    /// <param name="random">Chance.</param>
    public ConnectionLife Failed(RegistryException error, TimeSpan askedAt, TimeSpan now, bool leads, RandomSource random)
    {
        if (IsOpen ? askedAt < OpenedAt : Error is not null && !leads)
        {
            return this;
        }

        var startsOver = IsOpen && !(now - OpenedAt < Flapping);
        var backoff = (startsOver ? default : Backoff).Next();
        var isFirstAgain = IsOpen && !startsOver && !HasFlapped;
        return this with
        {
            IsOpen = false,
            Error = error,
            DownSince = Error is null ? now : DownSince,
            Backoff = backoff,
            Pause = RetryPause.After(error, isFirstAgain && backoff.Failures > MostAtFirst.Failures ? MostAtFirst : backoff, random),
            HasFlapped = !startsOver && (HasFlapped || isFirstAgain),
            FailedAt = now,
        };
    }

    /// <summary>How long the one who asks on behalf of all waits.</summary>
    public TimeSpan Left(TimeSpan now) => Error is null ? TimeSpan.Zero : FailedAt + Pause - now;

    /// <summary>How long somebody waits who asks for the first time in an outage of which only few know. What the registry asked for holds for all.</summary>
    public TimeSpan LeftOfFirstPause(TimeSpan now)
        => Error is { RetryAfter: null } && Pause > Backoff.First ? FailedAt + Backoff.First - now : Left(now);

    /// <summary>
    /// How long somebody waits who cannot wait for a long pause to end, like a lease that runs out: for its patience after the last failure, if that is not too long ago,
    /// and as long after the last who was in a hurry. So the registry is asked once per patience, however many are in a hurry, and nobody is held back by the pauses of others.
    /// </summary>
    /// <param name="now">The moment.</param>
    /// <param name="due">Since when it waits.</param>
    /// <param name="patience">Its patience.</param>
    public TimeSpan LeftInHurry(TimeSpan now, TimeSpan due, TimeSpan patience)
    {
        if (Error is null)
        {
            return TimeSpan.Zero;
        }

        var afterFailure = (FailedAt < due ? FailedAt : due) + patience;
        var afterOthers = HurriedAt + patience ?? TimeSpan.MinValue;
        return (afterFailure > afterOthers ? afterFailure : afterOthers) - now;
    }

    /// <summary>Somebody in a hurry asks.</summary>
    public ConnectionLife Hurried(TimeSpan now) => this with { HurriedAt = now };
}
