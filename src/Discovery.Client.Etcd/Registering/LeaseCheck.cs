namespace Discovery.Client.Etcd;

/// <summary>How much of a lease's records is looked at after a renewal.</summary>
internal enum LeaseCheck
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Which keys hang on it: one request.</summary>
    Keys,

    /// <summary>Also whether each is as it was put: one request more for each hundred.</summary>
    Full,
}
