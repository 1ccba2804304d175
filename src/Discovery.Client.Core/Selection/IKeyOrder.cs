namespace Discovery.Client.Selection;

/// <summary>In which order a key would have the nodes. A structure, so that it is compiled into the picker.</summary>
internal interface IKeyOrder
{
    /// <summary>The index of the first node that may be chosen; -1 if there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="context">The pick.</param>
    /// <typeparam name="T">Whether nodes that have as much as they may are passed over.</typeparam>
    int First<T>(ulong key, in PickContext context)
        where T : struct, ILoadBound;
}
