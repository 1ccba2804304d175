namespace Discovery.Client.Nacos;

/// <summary>One instance: over HTTP each proves its own life.</summary>
internal sealed class HttpLeaseGroup(RegisteredInstance instance, TimeSpan renewEvery, Lookout lookout)
    : LeaseGroup($"{instance.Instance.Ip}:{instance.Instance.Port} in {instance.Service}", instance.Instance.Ephemeral ? instance.TimeToLive : RegisteredInstance.Forever, renewEvery)
{
    public RegisteredInstance Instance { get; } = instance;

    /// <summary>Looks for it in the list.</summary>
    public Lookout Lookout { get; } = lookout;

    /// <summary>Beats since it was last looked for.</summary>
    public int Beats { get; set; }
}
