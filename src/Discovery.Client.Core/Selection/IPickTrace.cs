namespace Discovery.Client.Selection;

/// <summary>Receives why a node was chosen.</summary>
public interface IPickTrace
{
    /// <summary>A node was a candidate.</summary>
    /// <param name="node">The node.</param>
    /// <param name="score">Its score by the picker's own measure.</param>
    void Considered(ServiceNode node, double score);

    /// <summary>A node was left out.</summary>
    /// <param name="node">The node.</param>
    /// <param name="reason">Why.</param>
    void Rejected(ServiceNode node, string reason);
}
