using System.Runtime.InteropServices;

namespace Discovery.Client.Selection;

/// <summary>The run-time state of one instance, kept by (service, instance id) for as long as it is listed: it outlives snapshots, and counters live here rather than in pickers.</summary>
public sealed class ServiceNode
{
    private Counters _counters;
    private ServiceInstance _instance;
    private volatile bool _isEjected;

    internal ServiceNode(ServiceInstance instance) => _instance = instance;

    /// <summary>The instance as it was listed last.</summary>
    public ServiceInstance Instance => Volatile.Read(ref _instance);

    /// <summary>How many requests are under way from this process.</summary>
    public int Outstanding => Volatile.Read(ref _counters.Outstanding);

    /// <summary>How many requests ended well.</summary>
    public long Successes => Interlocked.Read(ref _counters.Successes);

    /// <summary>How many requests failed or could not be sent.</summary>
    public long Failures => Interlocked.Read(ref _counters.Failures);

    /// <summary>Whether it is taken out of traffic for a while because it fails.</summary>
    public bool IsEjected { get => _isEjected; internal set => _isEjected = value; }

    internal object? Targets { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Instance.InstanceId;

    internal void Update(ServiceInstance instance)
    {
        if (!ReferenceEquals(_instance, instance))
        {
            Targets = null;
            Volatile.Write(ref _instance, instance);
        }
    }

    internal void BeginRequest() => Interlocked.Increment(ref _counters.Outstanding);

    internal void EndRequest(RequestOutcome outcome)
    {
        Interlocked.Decrement(ref _counters.Outstanding);
        if (outcome == RequestOutcome.Success)
        {
            Interlocked.Increment(ref _counters.Successes);
        }
        else if (outcome != RequestOutcome.Canceled)
        {
            Interlocked.Increment(ref _counters.Failures);
        }
    }

    // Behind the counters there is room, so that no other node shares their cache lines. In front of them there is none: a request reads the fields before and writes these,
    // and among a thousand nodes each line it touches is one that is not in the cache.
    [StructLayout(LayoutKind.Explicit, Size = 88)]
    private struct Counters
    {
        [FieldOffset(0)]
        public int Outstanding;

        [FieldOffset(8)]
        public long Successes;

        [FieldOffset(16)]
        public long Failures;
    }
}
