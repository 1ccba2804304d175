using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Telemetry;

/// <summary>How many requests went to a service and how they ended, since the program started. Added to by every request, read when somebody collects.</summary>
internal sealed class RequestCounts
{
    // 128 bytes, since processors fetch cache lines in pairs.
    private const int Stride = 16;
    private const int Picks = 0;
    private const int Successes = 1;
    private const int Cancellations = 2;

    // One set per group of threads, behind a stride of room: threads that shared a line would wait for each other at every request.
    private readonly long[] _counts = new long[Stride * (ThreadGroups.Count + 1)];
    private readonly ConcurrentDictionary<(RequestOutcome Outcome, string? ErrorType), long> _errors = new();

    /// <summary>An instance was chosen.</summary>
    public void AddPick() => Add(Picks);

    /// <summary>A request to an instance has ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="errorType">The exception's type or the status code, when it failed.</param>
    public void AddAttempt(RequestOutcome outcome, string? errorType)
    {
        switch (outcome)
        {
            case RequestOutcome.Success:
                Add(Successes);
                break;
            case RequestOutcome.Canceled:
                Add(Cancellations);
                break;
            default:
                _errors.AddOrUpdate((outcome, errorType), 1, static (_, count) => count + 1);
                break;
        }
    }

    /// <summary>How many instances were chosen.</summary>
    public long CountPicks() => Sum(Picks);

    /// <summary>How many requests ended in which way.</summary>
    public IEnumerable<(RequestOutcome Outcome, string? ErrorType, long Count)> CountAttempts()
        => [
            (RequestOutcome.Success, null, Sum(Successes)),
            (RequestOutcome.Canceled, null, Sum(Cancellations)),
            .. _errors.Select(static error => (error.Key.Outcome, error.Key.ErrorType, error.Value)),
        ];

    private void Add(int count) => Interlocked.Increment(ref _counts[(ThreadGroups.Mine * Stride) + count]);

    private long Sum(int count)
    {
        var sum = 0L;
        for (var i = Stride + count; i < _counts.Length; i += Stride)
        {
            sum += Interlocked.Read(ref _counts[i]);
        }

        return sum;
    }
}
