namespace Discovery.Client.Selection;

/// <summary>Chooses among the nodes it was made for. Immutable but for counters; called by all threads at once; must not block or allocate.</summary>
public interface IPicker
{
    /// <summary>Chooses a node.</summary>
    /// <param name="context">What this choice depends on.</param>
    /// <returns>The node, or null if none is acceptable: the engine then widens what is acceptable.</returns>
    ServiceNode? Pick(in PickContext context);
}
