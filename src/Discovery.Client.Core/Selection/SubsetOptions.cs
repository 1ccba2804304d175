namespace Discovery.Client.Selection;

/// <summary>The part of a large service that this process talks to, section <c>Selection:Subset</c>. Fewer instances mean fewer connections, and measurements of each that are fresh.</summary>
/// <remarks>
/// Without a peer index the instances that score best by rendezvous hashing are taken, as gRPC proposal A68 does: one that leaves changes at most one, and some instances get more callers than others.
/// With an index callers and instances stand on a ring and each caller takes the arc that begins at its place, overlaps counting as weights, as Finagle's deterministic aperture does: all get the same load.
/// </remarks>
public sealed class SubsetOptions
{
    /// <summary>How many instances are taken; with a peer index at least as many.</summary>
    /// <value>The default is 0: all of them. Above some hundred instances 20 to 30 are a good choice. 0 to 100 000.</value>
    public int Size { get; set; }

    /// <summary>What tells this process from its peers, such as a host's name. The same text takes the same instances.</summary>
    /// <value>The default is null: drawn when the process starts.</value>
    public string? ClientId { get; set; }

    /// <summary>The place of this process among <see cref="PeerCount"/>, from 0, such as the ordinal of a stateful set. Places must have no gaps.</summary>
    /// <value>The default is null: not known. Below <see cref="PeerCount"/>.</value>
    public int? PeerIndex { get; set; }

    /// <summary>How many processes call the service in the way this one does.</summary>
    /// <value>The default is null: not known. 1 to 1 000 000.</value>
    public int? PeerCount { get; set; }
}
