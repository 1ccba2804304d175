namespace Discovery.Client.Etcd;

/// <summary>What a call that did not end in time says of its connection.</summary>
internal enum Verdict
{
    /// <summary>Nothing arrived in the second half of its time, though something was asked then: the member or the connection is gone.</summary>
    Gone,

    /// <summary>The member lives, and this call was slow: the trouble may be elsewhere in the cluster, or the answer long.</summary>
    Slow,

    /// <summary>The member lives and has answered nothing for several calls, one after the other.</summary>
    Stuck,
}

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

    /// <summary>A call has ended with an answer.</summary>
    public void Answered() => Volatile.Write(ref _slow, 0);

    /// <summary>Judges the connection by a call that did not end in time.</summary>
    /// <param name="timeout">Its time.</param>
    /// <param name="bytesBefore">How many bytes had arrived after half of it, when a sign of life was asked for; null: none was.</param>
    public Verdict Judge(TimeSpan timeout, long? bytesBefore)
    {
        lock (_lock)
        {
            var bytes = Bytes;
            if (bytes == 0 || (bytesBefore is { } before ? bytes == before : timeProvider.GetElapsedTime(Volatile.Read(ref _last)) >= timeout / 2))
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
