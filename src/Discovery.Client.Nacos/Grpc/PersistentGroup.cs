namespace Discovery.Client.Nacos;

/// <summary>One persistent instance: it needs no proof of life, and is looked for.</summary>
internal sealed class PersistentGroup(RegisteredInstance instance, Lookout lookout)
    : LeaseGroup($"{instance.Service.Grouped}/{instance.Id}", RegisteredInstance.Forever, BeatPace.Decide(instance, wanted: null))
{
    public RegisteredInstance Instance { get; } = instance;

    public Lookout Lookout { get; } = lookout;
}
