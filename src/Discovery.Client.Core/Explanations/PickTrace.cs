using Discovery.Client.Selection;

namespace Discovery.Client.Explanations;

/// <summary>Notes what selectors and layers tell while they choose. For one choice, by one thread.</summary>
internal sealed class PickTrace : IPickTrace
{
    public Dictionary<ServiceNode, double> Scores { get; } = [];

    public Dictionary<ServiceNode, string> Reasons { get; } = [];

    /// <summary>Those that were drawn and have no address of the kind that is asked for.</summary>
    public HashSet<ServiceNode> Unfit { get; } = [];

    public void Considered(ServiceNode node, double score)
    {
        Scores[node] = score;
        Reasons.Remove(node);
    }

    public void Rejected(ServiceNode node, string reason) => Reasons[node] = reason;
}
