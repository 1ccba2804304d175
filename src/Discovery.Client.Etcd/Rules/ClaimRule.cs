namespace Discovery.Client.Etcd;

/// <summary>What is done about a key that is there already.</summary>
internal enum Claim
{
    /// <summary>It says all that is to be said.</summary>
    Keep,

    /// <summary>It is ours, an earlier life of ours, or nobody's: write over it.</summary>
    Replace,

    /// <summary>Somebody else has the id.</summary>
    Refuse,
}

/// <summary>On which lease a key hangs.</summary>
internal enum KeyLease
{
    /// <summary>On none.</summary>
    None,

    /// <summary>On the one that it is to hang on.</summary>
    Own,

    /// <summary>On another one that this process was granted.</summary>
    Former,

    /// <summary>On that of another program, which lives, or else the key would not be there.</summary>
    Foreign,
}

/// <summary>Whether a key may be written that is there already. A program that was killed finds its own key until the lease ends; it is known by its address.</summary>
internal static class ClaimRule
{
    /// <param name="lease">On which lease the key hangs.</param>
    /// <param name="isSameValue">Whether it says the same.</param>
    /// <param name="isReadable">Whether it names an instance at all.</param>
    /// <param name="isSameAddress">Whether it names the same host and port.</param>
    /// <param name="wasHeld">Whether this process has held the key before, and did not give it back.</param>
    public static Claim Decide(KeyLease lease, bool isSameValue, bool isReadable, bool isSameAddress, bool wasHeld) => lease switch
    {
        KeyLease.Own => isSameValue ? Claim.Keep : Claim.Replace,
        KeyLease.Former => Claim.Replace,
        KeyLease.None => !isReadable || isSameAddress || wasHeld ? Claim.Replace : Claim.Refuse,

        // Not twice: two programs with one id and one address would take it from each other without end.
        _ => isSameAddress && !wasHeld ? Claim.Replace : Claim.Refuse,
    };
}
