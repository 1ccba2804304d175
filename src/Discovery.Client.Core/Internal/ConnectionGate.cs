using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>
/// Holds back all that one registry is asked for while it cannot be reached, watches and registrations alike: one of them, the leader, asks once per pause, and the others follow
/// when it has been answered. They lead by turns, watches and registrations alternately, since one may pass where another does not. It starts that way too, so that a thousand services find a dead server
/// by one attempt. Renewals do not queue: they are only kept from asking all at once.
/// </summary>
internal sealed partial class ConnectionGate(RandomSource random)
{
    private static readonly TimeSpan SpreadPerFollower = TimeSpan.FromMilliseconds(5);
    // So many have to fail, one after the other, before it is taken for the registry's trouble and not for theirs: none of them waits for a long pause.
    private const int Witnesses = 3;

    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Broadcast _changed = new();
    private ConnectionLife _life;
    private volatile bool _isClosed = true;
    private volatile RegistryException? _error;
    private readonly List<(object Who, Broadcast.Waiter Waiter)> _queue = [];
    private readonly List<object> _failed = new(Witnesses);
    private object? _leader;
    private TimeSpan _spread;
    private int _followers;
    private int _openings;

    /// <summary>Whether the registry can be reached; null before anything is known.</summary>
    public bool? IsConnected
    {
        get
        {
            lock (_lock)
            {
                return _life.Error is not null ? false : _life.IsOpen ? true : null;
            }
        }
    }

    /// <summary>Whether only the leader may ask.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Why the registry cannot be reached; null while it can.</summary>
    public RegistryException? Error => _error;

    /// <summary>The registry could not be reached.</summary>
    /// <param name="who">The watch or registration, which leads from now on if nobody does; null for one that never leads.</param>
    /// <param name="error">What failed.</param>
    /// <param name="askedAt">The timestamp of the attempt's beginning.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="isNews">Whether nobody had noticed so far.</param>
    /// <returns>Whether the gate is closed, so that the one who asked needs no pause of its own.</returns>
    public bool ReportUnreachable(object? who, RegistryException error, long askedAt, TimeProvider clock, out bool isNews)
    {
        Broadcast.Waiter? next = null;
        bool isClosed;
        lock (_lock)
        {
            var old = _life;
            var leads = who is not null && (_leader is null || ReferenceEquals(_leader, who));
            Become(_life.Failed(error, clock.GetElapsedTime(0, askedAt), Now(clock), leads, random));
            if (!_life.IsOpen && leads)
            {
                if (_failed.Count < Witnesses && !_failed.Contains(who!))
                {
                    _failed.Add(who!);
                }

                // To the one that waits longest, of the other kind first. Nobody keeps it while others wait: what fails may be this one service alone.
                (_leader, next) = _queue.Find(waiting => waiting.Who.GetType() != who!.GetType()) is { Who: not null } other ? other
                    : _queue is [var first, ..] ? first
                    : (who!, null);
            }

            isNews = _life.Error is not null && old.Error is null;
            isClosed = !_life.IsOpen;
        }

        next?.Raise();
        return isClosed;
    }

    /// <summary>The registry answered, whatever it said.</summary>
    /// <returns>How long it could not be reached, if this is the end of that.</returns>
    public TimeSpan? ReportAnswered(TimeProvider clock)
    {
        if (!_isClosed)
        {
            return null;
        }

        TimeSpan? outage;
        lock (_lock)
        {
            if (_life.IsOpen)
            {
                return null;
            }

            var now = Now(clock);
            outage = _life.Error is null ? null : now - _life.DownSince;
            var spread = SpreadPerFollower * _followers;
            _spread = outage is null ? TimeSpan.Zero : spread < LongestSpread ? spread : LongestSpread;
            _leader = null;
            _failed.Clear();
            _openings++;
            Become(_life.Answered(now));
        }

        _changed.Raise();
        return outage;
    }

    /// <summary>Somebody else may lead: this one stops, or learned nothing.</summary>
    public void Leave(object who)
    {
        lock (_lock)
        {
            if (!_isClosed || !ReferenceEquals(_leader, who))
            {
                return;
            }

            (_leader, _spread) = (null, TimeSpan.Zero);
        }

        _changed.Raise();
    }

    /// <summary>
    /// Whether the trouble is one's own: others were answered since the last failure. Then it makes pauses of its own and nobody waits for it;
    /// without them it would ask whenever one of the others opens the gate.
    /// </summary>
    /// <param name="who">The one that has just failed.</param>
    /// <param name="openings">How often the gate had been opened when it failed last; null: it did not. Brought up to date.</param>
    public bool LeavesAlone(object who, ref int? openings)
    {
        var now = Volatile.Read(ref _openings);
        var isAlone = openings < now;
        openings = now;
        if (isAlone)
        {
            Leave(who);
        }

        return isAlone;
    }

    private bool IsWitness(object who) => _failed.Count is > 0 and < Witnesses && !_failed.Contains(who);

    private static TimeSpan Now(TimeProvider clock) => clock.GetElapsedTime(0);

    private void Become(ConnectionLife life)
    {
        _life = life;
        _error = life.Error;
        _isClosed = !life.IsOpen;
    }
}
