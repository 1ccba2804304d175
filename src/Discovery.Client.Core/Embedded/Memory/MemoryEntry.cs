namespace Discovery.Client.Embedded;

/// <summary>One registration that the registry holds. All but the constants is guarded by the registry's lock.</summary>
internal sealed class MemoryEntry(ServiceInstance instance, TimeSpan timeToLive) : IDisposable
{
    public ServiceInstance Instance { get; } = instance;

    public TimeSpan TimeToLive { get; } = timeToLive;

    public long RenewedAt { get; private set; }

    public ITimer? Timer { get; set; }

    public void Renew(long timestamp)
    {
        RenewedAt = timestamp;
        Timer?.Change(TimeToLive, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => Timer?.Dispose();
}
