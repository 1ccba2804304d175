namespace Discovery.Client.Nacos;

/// <summary>A generation of the open API: what is asked and what the answers mean. Has no state.</summary>
internal interface IOpenApi
{
    /// <summary>What stands in its paths.</summary>
    string Name { get; }

    /// <summary>Whether a server passes registrations and beats on to the node that is responsible for the instance. If not, each server has to be told by itself.</summary>
    bool PassesOn { get; }

    /// <summary>Registers, or replaces what was registered with the same address.</summary>
    ApiCall<bool> Register(RegisteredInstance instance);

    /// <summary>Says that an instance lives, and nothing else: a server that does not know it is not to make one of that.</summary>
    ApiCall<BeatVerdict> Beat(RegisteredInstance instance);

    /// <summary>Asks for one instance; null: there is no such question.</summary>
    ApiCall<Presence>? Look(RegisteredInstance instance);

    /// <summary>Takes an instance out; none there is a success.</summary>
    ApiCall<bool> Deregister(RegisteredInstance instance);

    /// <summary>The list of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="clusters">The clusters to ask for, where the API cannot give all.</param>
    ApiCall<NacosServiceInfo> List(ServiceKey service, IEnumerable<string> clusters);
}

/// <summary>What a beat is answered.</summary>
/// <param name="IsKnown">Whether the server knows the instance.</param>
/// <param name="Interval">When it wants the next one; null: it does not say.</param>
internal readonly record struct BeatVerdict(bool IsKnown, TimeSpan? Interval);

/// <summary>What a server says of one instance.</summary>
internal enum Presence
{
    /// <summary>It has it as it was registered.</summary>
    There,

    /// <summary>It has it with another weight than was registered, as r-nacos keeps the old one where the new one is 1.</summary>
    OtherWeight,

    /// <summary>It has none at the address, or one that somebody else made, if only of a beat.</summary>
    Gone,
}
