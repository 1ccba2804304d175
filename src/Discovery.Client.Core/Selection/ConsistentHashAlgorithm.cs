namespace Discovery.Client.Selection;

/// <summary>How <see cref="SelectorNames.ConsistentHash"/> finds the instance of a key.</summary>
public enum ConsistentHashAlgorithm
{
    /// <summary>Rendezvous for up to 64 instances, Maglev for more. When a service grows beyond 64, or shrinks to that, keys are dealt anew: name one of the two where that matters.</summary>
    Auto,

    /// <summary>The instance that scores best for the key. Looks at all; when one comes or goes, no key moves but its own (Thaler and Ravishankar, IEEE/ACM ToN 6(1), 1998).</summary>
    Rendezvous,

    /// <summary>A look into a table. Costs the same for any number of instances; when one comes or goes, up to 1 % of the keys move beside its own (Eisenbud et al., NSDI 2016).</summary>
    Maglev,

    /// <summary>The next point on a ring. No key moves but those of the instance that comes or goes, but shares differ more (Karger et al., STOC 1997).</summary>
    Ring,
}
