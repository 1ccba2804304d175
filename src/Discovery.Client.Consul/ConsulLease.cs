namespace Discovery.Client.Consul;

/// <summary>One instance on one agent: Consul keeps each alive by itself.</summary>
/// <param name="endpoint">The agent that has it; only that one may be told about it.</param>
/// <param name="body">What was registered.</param>
/// <param name="path">The path and query its heartbeats go to.</param>
/// <param name="timeToLive">Its TTL.</param>
internal sealed class ConsulLeaseGroup(Uri endpoint, RegistrationBody body, string path, TimeSpan timeToLive)
    : LeaseGroup(RegistrationWriter.CheckId(body.Id), timeToLive, timeToLive / 3)
{
    public Uri Endpoint { get; } = endpoint;

    public string ServiceId { get; } = body.Id;

    public string Address { get; } = body.Address;

    public int Port { get; } = body.Port;

    public string HeartbeatPath { get; } = path;
}
