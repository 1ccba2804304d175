namespace Discovery.Client.Nacos;

/// <summary>What a connection has for one service: it goes with the connection, or alone when the server's list turns out to lack it. The connection is the proof of life.</summary>
internal sealed class ServiceGroup : LeaseGroup
{
    /// <summary>How long a server keeps a client that has fallen silent.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _lost;

    public ServiceGroup(NacosConnection connection, ServiceKey service)
        : this(connection, service, new())
    {
    }

    private ServiceGroup(NacosConnection connection, ServiceKey service, CancellationTokenSource lost)
        : base($"{connection.Id}/{service.Namespace}/{service.Grouped}", Silence, renewEvery: null, lost.Token)
        => (Connection, _lost) = (connection, lost);

    public NacosConnection Connection { get; }

    public void Lose() => _ = _lost.CancelAsync();
}
