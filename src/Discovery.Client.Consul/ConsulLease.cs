namespace Discovery.Client.Consul;

/// <summary>One instance on one agent: Consul keeps each alive by itself.</summary>
/// <param name="endpoint">The agent that has it; only that one may be told about it.</param>
/// <param name="id">Its id there.</param>
/// <param name="path">The path and query its heartbeats go to.</param>
/// <param name="timeToLive">Its TTL.</param>
internal sealed class ConsulLeaseGroup(Uri endpoint, string id, string path, TimeSpan timeToLive)
    : LeaseGroup(RegistrationWriter.CheckId(id), timeToLive, timeToLive / 3)
{
    public Uri Endpoint { get; } = endpoint;

    public string ServiceId { get; } = id;

    public string HeartbeatPath { get; } = path;
}
