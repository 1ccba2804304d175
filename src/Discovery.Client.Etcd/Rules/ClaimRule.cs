namespace Discovery.Client.Etcd;

/// <summary>What is done about a key that is there already.</summary>
internal enum Claim
{
    /// <summary>It says all that is to be said.</summary>
    Keep,

    /// <summary>It is ours, or an earlier life of ours: write over it.</summary>
    Replace,

    /// <summary>Somebody else has the id.</summary>
    Refuse,
}

/// <summary>Whether a key may be written that is there already. A program that was killed finds its own key until the lease ends; it is known by its address.</summary>
internal static class ClaimRule
{
    /// <param name="isOwnLease">Whether the key hangs on the lease that it is to hang on.</param>
    /// <param name="isFormerLease">Whether it hangs on another lease that this process was granted.</param>
    /// <param name="isSameValue">Whether it says the same.</param>
    /// <param name="isSameAddress">Whether it names the same host and port.</param>
    public static Claim Decide(bool isOwnLease, bool isFormerLease, bool isSameValue, bool isSameAddress)
        => isOwnLease ? isSameValue ? Claim.Keep : Claim.Replace
            : isFormerLease || isSameAddress ? Claim.Replace
            : Claim.Refuse;
}
