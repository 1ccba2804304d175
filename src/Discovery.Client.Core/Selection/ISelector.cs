namespace Discovery.Client.Selection;

/// <summary>A load-balancing algorithm. Registered under a name with <c>AddSelector</c>; one object serves all services, so it holds no state of its own.</summary>
public interface ISelector
{
    /// <summary>Prepares the choice among the given nodes. Called off the request path, for each new view.</summary>
    /// <param name="context">The nodes and what else the choice may depend on.</param>
    IPicker CreatePicker(in SelectorContext context);
}
