namespace Discovery.Client.Nacos;

/// <summary>One persistent instance: it needs no proof of life, and is looked for.</summary>
internal sealed class PersistentGroup(RegisteredInstance instance, TimeSpan life, Lookout lookout)
    : LeaseGroup($"{instance.Service.Grouped}/{instance.Id}", life, BeatPace.Decide(instance.TimeToLive, wanted: null, beats: false))
{
    public RegisteredInstance Instance { get; } = instance;

    public Lookout Lookout { get; } = lookout;
}
