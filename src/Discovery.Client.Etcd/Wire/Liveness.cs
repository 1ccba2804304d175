namespace Discovery.Client.Etcd;

/// <summary>What a call that did not end in time says of its connection.</summary>
internal enum Verdict
{
    /// <summary>Nothing has arrived since a sign of life was asked for: the member or the connection is gone.</summary>
    Gone,

    /// <summary>The member lives, and this call was slow: the trouble may be elsewhere in the cluster, or the answer long.</summary>
    Slow,

    /// <summary>The member lives and has answered nothing for several calls, one after the other.</summary>
    Stuck,
}

/// <summary>A sign of life was asked for.</summary>
/// <param name="Bytes">How many bytes had arrived by then.</param>
/// <param name="At">When, as a timestamp.</param>
internal readonly record struct Question(long Bytes, long At);

/// <summary>When a connection was last heard of, and what its calls that did not end in time say of it.</summary>
internal sealed class Liveness(TimeProvider timeProvider)
{
    private const int StuckAfter = 3;

    /// <summary>More than pings and probes bring: an answer is under way.</summary>
    private const int Transfer = 16 * 1024;

    private readonly Lock _lock = new();
    private long _bytes;
    private long _last;
    private int _slow;
    private (long Time, long Bytes) _judged;

    /// <summary>How many bytes have arrived.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public void Heard(int bytes)
    {
        if (bytes > 0)
        {
            Volatile.Write(ref _last, timeProvider.GetTimestamp());
            Interlocked.Add(ref _bytes, bytes);
        }
    }

    /// <summary>What has arrived by now, to be compared later.</summary>
    public Question Now() => new(Bytes, timeProvider.GetTimestamp());

    /// <summary>Whether nothing has arrived since a question although there was time for it: a process that stood still itself cannot tell.</summary>
    public bool IsSilentSince(Question question, TimeSpan time) => Bytes == question.Bytes && timeProvider.GetElapsedTime(question.At) >= time;

    /// <summary>A call has ended with an answer.</summary>
    public void Answered() => Volatile.Write(ref _slow, 0);

    /// <summary>Judges the connection by a call that did not end in time.</summary>
    /// <param name="timeout">Its time.</param>
    /// <param name="question">When a sign of life was asked for; null: none was.</param>
    public Verdict Judge(TimeSpan timeout, Question? question)
    {
        lock (_lock)
        {
            var bytes = Bytes;
            if (bytes == 0 || (question is { } asked ? IsSilentSince(asked, timeout / 4) : timeProvider.GetElapsedTime(Volatile.Read(ref _last)) >= timeout / 2))
            {
                return Verdict.Gone;
            }

            // Of calls that wait at the same time one counts.
            if (_slow == 0 || timeProvider.GetElapsedTime(_judged.Time) >= timeout)
            {
                _slow = _slow > 0 && bytes - _judged.Bytes >= Transfer ? 1 : _slow + 1;
                _judged = (timeProvider.GetTimestamp(), bytes);
            }

            return _slow >= StuckAfter ? Verdict.Stuck : Verdict.Slow;
        }
    }
}
