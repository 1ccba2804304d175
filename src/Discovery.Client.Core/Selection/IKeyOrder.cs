namespace Discovery.Client.Selection;

/// <summary>In which order a key would have the nodes. A structure, so that it is compiled into the picker.</summary>
internal interface IKeyOrder
{
    /// <summary>The index of the first node that is admitted; -1 if there is none.</summary>
    int First(ulong key, in PickContext context);
}
