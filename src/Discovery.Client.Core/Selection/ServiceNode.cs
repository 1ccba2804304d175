using System.Runtime.InteropServices;

namespace Discovery.Client.Selection;

/// <summary>The run-time state of one instance, kept by (service, instance id) for as long as it is listed: it outlives snapshots, and counters live here rather than in pickers.</summary>
public sealed partial class ServiceNode
{
    private Counters _counters;
    private ServiceInstance _instance;
    private LatencyRule? _latencyRule;

    // Odd while a level is translated from one rule to another.
    private int _translations;
    private OutstandingTotal[]? _totals;
    private long? _joinedAt;

    /// <summary>Creates the state of an instance of which nothing is known. The engine does that; programs need it to try a selector of their own.</summary>
    /// <param name="instance">The instance.</param>
    public ServiceNode(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        _instance = instance;
        _counters.Level = double.NaN;
    }

    /// <summary>The instance as it was listed last.</summary>
    public ServiceInstance Instance => Volatile.Read(ref _instance);

    /// <summary>How many requests are under way from this process.</summary>
    public int Outstanding => Volatile.Read(ref _counters.Outstanding);

    /// <summary>How many requests ended well.</summary>
    public long Successes => Interlocked.Read(ref _counters.Successes);

    /// <summary>How many requests failed or could not be sent.</summary>
    public long Failures => Interlocked.Read(ref _counters.Failures);

    /// <summary>Whether it is taken out of traffic for a while because it fails.</summary>
    public bool IsEjected { get => Volatile.Read(ref _counters.IsEjectedOrRefused) != 0; internal set => Volatile.Write(ref _counters.IsEjected, value); }

    /// <summary>Whether something beside the engine keeps requests away from it, such as a circuit breaker (<see cref="IAttemptPolicy"/>): as if it were ejected, so it is asked only when there is no other.</summary>
    public bool IsRefused { get => Volatile.Read(ref _counters.IsRefused); set => Volatile.Write(ref _counters.IsRefused, value); }

    /// <summary>
    /// When it joined a list that had instances already, a timestamp of the engine's clock: when it was listed, or, where it did not take part at first (starting, down, weight 0), when it first did. Null: it was there from the start.
    /// </summary>
    public long? JoinedAt { get => _joinedAt; init => _joinedAt = value; }

    /// <summary>Whether the registry has ever listed it as one that takes part.</summary>
    internal bool HasTakenPart { get; private set; }

    internal object? Targets { get; set; }

    internal OutlierState? Outlier { get; set; }

    /// <summary>How many requests failed since the last that did not.</summary>
    internal int ConsecutiveFailures => Volatile.Read(ref _counters.Consecutive);

    /// <summary>How many connections to it could not be opened since it was last reached.</summary>
    internal int Unreached => Volatile.Read(ref _counters.Unreached);

    /// <summary>The totals that its requests are counted in, one for each group of instances that it is in.</summary>
    internal ReadOnlySpan<OutstandingTotal> Totals => Volatile.Read(ref _totals);

    /// <summary>What is known of its latency, as <see cref="LatencyRule"/> says; NaN: nothing.</summary>
    internal double LatencyLevel => Volatile.Read(ref _counters.Level);

    /// <summary>How long requests take by the measure of <see cref="SelectorNames.PeakEwma"/>: a moving average that follows a peak at once, shrinks while nothing is learned, and counts failures as slow.</summary>
    /// <param name="now">The moment, a timestamp of the clock that the selector was given.</param>
    /// <returns>Null while nothing is known, or when no selector has asked for it.</returns>
    public TimeSpan? LatencyAt(long now)
        => _latencyRule is { } rule && LatencyLevel is var level && !double.IsNaN(level) ? TimeSpan.FromSeconds(rule.Seconds(level, now)) : null;

    /// <summary>Counts a request as under way. The engine does that for each instance chosen.</summary>
    public void BeginRequest() => Begin();

    /// <summary>Learns from how long a request took: over HTTP, until the headers of the response. Does nothing unless a selector has asked for latencies.</summary>
    /// <param name="outcome">How it ended. <see cref="RequestOutcome.Canceled"/>: the caller did not wait longer.</param>
    /// <param name="startedAt">When it was begun, a timestamp of the clock that the selector was given.</param>
    /// <param name="now">The moment, by the same clock.</param>
    public void Observe(RequestOutcome outcome, long startedAt, long now)
    {
        if (_latencyRule is null)
        {
            return;
        }

        double before, next;
        while (true)
        {
            // In this order: a level of one rule is never taken for another's, see Measure.
            var translations = Volatile.Read(ref _translations);
            before = LatencyLevel;
            if (Volatile.Read(ref _latencyRule) is not { } rule || int.IsOddInteger(translations))
            {
                return;
            }

            next = rule.Next(before, Volatile.Read(ref _counters.Stamp), outcome, now - startedAt, now);
            if (!Interlocked.CompareExchange(ref _counters.Level, next, before).Equals(before))
            {
                continue;
            }

            if (Volatile.Read(ref _translations) == translations)
            {
                break;
            }

            // Rules changed meanwhile and the level was the same all the same, since nothing was known or they went there and back. It is learned anew.
            Volatile.Write(ref _counters.Level, double.NaN);
        }

        if (!next.Equals(before))
        {
            Volatile.Write(ref _counters.Stamp, now);
        }
    }

    /// <summary>Counts a request as ended. The engine does that when the body of the response has ended.</summary>
    /// <param name="outcome">How it ended.</param>
    public void EndRequest(RequestOutcome outcome)
    {
        End(outcome);
        var probe = Volatile.Read(ref _counters.Probe);
        if (StateOf(probe) == ProbeState.UnderWay)
        {
            EndProbe(probe, outcome);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Instance.InstanceId;

    /// <summary>Counts a request as under way.</summary>
    /// <returns>Not 0 if it is the probe: then <see cref="EndProbe"/> is to be told how it went.</returns>
    internal int Begin()
    {
        Interlocked.Increment(ref _counters.Outstanding);
        if (_totals is { } totals)
        {
            OutstandingTotal.Add(totals, 1);
        }

        return StateOf(_counters.Probe) == ProbeState.Allowed ? BeginProbe() : 0;
    }

    /// <summary>Counts a request as ended, and decides no probe.</summary>
    internal void End(RequestOutcome outcome)
    {
        Interlocked.Decrement(ref _counters.Outstanding);
        if (_totals is { } totals)
        {
            OutstandingTotal.Add(totals, -1);
        }

        if (outcome == RequestOutcome.Success)
        {
            Interlocked.Increment(ref _counters.Successes);
            if (_counters.Consecutive != 0)
            {
                ForgetFailures();
            }
        }
        else if (outcome != RequestOutcome.Canceled)
        {
            Interlocked.Increment(ref _counters.Failures);
            if (outcome == RequestOutcome.NotSent)
            {
                Interlocked.Increment(ref _counters.Unreached);
            }
            else
            {
                Volatile.Write(ref _counters.Unreached, 0);
            }

            // The last one: a success clears both where it finds this one.
            Interlocked.Increment(ref _counters.Consecutive);
        }
    }

    internal void Update(ServiceInstance instance)
    {
        if (!ReferenceEquals(_instance, instance))
        {
            Targets = null;
            Volatile.Write(ref _instance, instance);
        }
    }

    /// <summary>It takes part from now on. Called by the one that makes views.</summary>
    /// <param name="joinedAt">When; null: <see cref="JoinedAt"/> stays.</param>
    internal void TakePart(long? joinedAt)
    {
        HasTakenPart = true;
        _joinedAt = joinedAt ?? _joinedAt;
    }

    /// <summary>Latencies are learned by a rule from now on; what is known is kept. While the level is translated nothing is learned.</summary>
    internal void Measure(LatencyRule rule, long now)
    {
        if (_latencyRule is { } before && before != rule)
        {
            Interlocked.Increment(ref _translations);
            Volatile.Write(ref _latencyRule, null);
            double level;
            do
            {
                level = LatencyLevel;
            }
            while (!Interlocked.CompareExchange(ref _counters.Level, before.Translate(level, now, rule), level).Equals(level));
            Volatile.Write(ref _latencyRule, rule);
            Interlocked.Increment(ref _translations);
        }
        else
        {
            Volatile.Write(ref _latencyRule, rule);
        }
    }

    /// <summary>
    /// Requests are counted in a total, too, from now on; it takes the place of another of the same group. Those that begin or end at this very moment may be counted once too often or too rarely.
    /// Called by the one that makes views, as <see cref="CountOnlyIn"/> is.
    /// </summary>
    internal void CountIn(OutstandingTotal total)
    {
        if (Array.IndexOf(_totals ?? [], total) < 0)
        {
            Join(total);
        }
    }

    /// <summary>It has left some groups: their requests are none of its any more.</summary>
    /// <param name="isIn">Whether it is still in a group.</param>
    internal void CountOnlyIn(Func<string, bool> isIn)
    {
        var totals = _totals ?? [];
        var left = Array.FindAll(totals, total => !isIn(total.Group));
        if (left.Length > 0)
        {
            Volatile.Write(ref _totals, [.. totals.Except(left)]);
            OutstandingTotal.Add(left, -Outstanding);
        }
    }

    internal void ForgetFailures()
    {
        Volatile.Write(ref _counters.Consecutive, 0);
        Volatile.Write(ref _counters.Unreached, 0);
    }

    // Apart, since it allocates.
    private void Join(OutstandingTotal total)
    {
        CountOnlyIn(group => group != total.Group);
        Volatile.Write(ref _totals, [.. _totals ?? [], total]);
        total.Add(Outstanding);
    }

    // Behind the counters there is room, so that no other node shares their cache lines. In front of them there is none: a request reads the fields before and writes these,
    // and among a thousand nodes each line it touches is one that is not in the cache.
    [StructLayout(LayoutKind.Explicit, Size = 112)]
    private struct Counters
    {
        [FieldOffset(0)]
        public int Outstanding;

        [FieldOffset(8)]
        public double Level;

        [FieldOffset(16)]
        public long Stamp;

        [FieldOffset(24)]
        public long Successes;

        [FieldOffset(32)]
        public long Failures;

        [FieldOffset(40)]
        public int Consecutive;

        // The state, and above it how often the node was ejected.
        [FieldOffset(44)]
        public int Probe;

        // Here because a pick looks at them together with the first two, and at both at once.
        [FieldOffset(48)]
        public ushort IsEjectedOrRefused;

        [FieldOffset(48)]
        public bool IsEjected;

        [FieldOffset(49)]
        public bool IsRefused;

        [FieldOffset(52)]
        public int Unreached;
    }
}
