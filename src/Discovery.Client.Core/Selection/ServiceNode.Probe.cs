namespace Discovery.Client.Selection;

// How an instance that was ejected returns.
public sealed partial class ServiceNode
{
    private const int StateBits = 3;
    private const int StateMask = (1 << StateBits) - 1;

    private int _probesBegun;

    /// <summary>How many probes have begun, whatever became of them.</summary>
    internal int ProbesBegun => Volatile.Read(ref _probesBegun);

    internal ProbeState Probe => StateOf(Volatile.Read(ref _counters.Probe));

    /// <summary>Decides by the probe. One of an earlier time out counts no more. Of two, where the first took so long that another was allowed, the one that ends first counts.</summary>
    /// <param name="probe">What <see cref="Begin"/> returned; 0: it was no probe.</param>
    /// <param name="outcome">How it went.</param>
    internal void EndProbe(int probe, RequestOutcome outcome)
    {
        if (probe == 0)
        {
            return;
        }

        var next = outcome switch { RequestOutcome.Success => ProbeState.Succeeded, RequestOutcome.Canceled => ProbeState.Allowed, _ => ProbeState.Failed };
        var isDecided = Move(probe, next) || (next == ProbeState.Succeeded && Move(With(probe, ProbeState.Allowed), next));
        if (isDecided && next != ProbeState.Failed)
        {
            if (next == ProbeState.Succeeded)
            {
                // Those before were of older requests; a stream that goes on for long ends none of them.
                ForgetFailures();
            }

            IsEjected = false;
        }
    }

    internal void Eject()
    {
        // A number of its own for each time out, so that what began before decides nothing.
        Volatile.Write(ref _counters.Probe, With(_counters.Probe + (1 << StateBits), ProbeState.None));
        ForgetFailures();
        IsEjected = true;
    }

    /// <summary>The next request decides whether it returns; until that one has ended there is no other.</summary>
    internal void AllowProbe()
    {
        // What failed while it was out was sent before.
        ForgetFailures();
        Volatile.Write(ref _counters.Probe, With(_counters.Probe, ProbeState.Allowed));
        IsEjected = false;
    }

    internal void Readmit()
    {
        Volatile.Write(ref _counters.Probe, With(_counters.Probe, ProbeState.None));
        IsEjected = false;
    }

    private int BeginProbe()
    {
        var probe = With(_counters.Probe, ProbeState.UnderWay);
        if (!Move(With(probe, ProbeState.Allowed), ProbeState.UnderWay))
        {
            return 0;
        }

        IsEjected = true;
        Interlocked.Increment(ref _probesBegun);
        return probe;
    }

    private bool Move(int from, ProbeState to) => Interlocked.CompareExchange(ref _counters.Probe, With(from, to), from) == from;

    private static ProbeState StateOf(int probe) => (ProbeState)(probe & StateMask);

    private static int With(int probe, ProbeState state) => (probe & ~StateMask) | (int)state;
}
