namespace Discovery.Client.Selection;

/// <summary>Compares levels (see <see cref="LatencyRule"/>) plus the logarithm of what waits: the same as latencies times requests, without an exponential.</summary>
internal readonly struct PeakEwmaComparison(LatencyRule rule) : INodeComparison
{
    // Latencies are never quite alike, so the better one of two would take all and weights would mean nothing: what was drawn first stays unless it is this much worse.
    private static readonly double WeightedMargin = Math.Log(2);

    private static readonly double[] Logarithms = [.. Enumerable.Range(0, 256).Select(static outstanding => Math.Log(1 + outstanding))];

    public LatencyRule Rule => rule;

    public ServiceNode Better(ServiceNode first, ServiceNode second, in PickContext context)
        => Sooner(new(first, first.LatencyLevel, LogOfLoad(first.Outstanding)), new(second, second.LatencyLevel, LogOfLoad(second.Outstanding)), 0, context);

    public ServiceNode Better(in WeightedNode first, in WeightedNode second, in PickContext context)
        => Sooner(Candidate.Of(first), Candidate.Of(second), WeightedMargin, context);

    private static double LogOfLoad(int outstanding) => (uint)outstanding < (uint)Logarithms.Length ? Logarithms[outstanding] : Math.Log(1 + Math.Max(0, outstanding));

    private ServiceNode Sooner(in Candidate first, in Candidate second, double margin, in PickContext context)
    {
        var (score1, score2) = (first.Score, second.Score);

        // No comparison holds with what is not a number: one of them is not known.
        var better = score1 <= score2 + margin ? first : second;
        return context.Trace is null && better.Level > rule.Least(context.Now) && (score1 <= score2 || score2 < score1) ? better.Node : Weigh(first, second, margin, context);
    }

    private ServiceNode Weigh(in Candidate first, in Candidate second, double margin, in PickContext context)
    {
        var (level1, level2) = (Known(first, context.Now), Known(second, context.Now));
        var score1 = Assumed(level1, first, level2, context.Now) + first.LogOfLoad;
        var score2 = Assumed(level2, second, level1, context.Now) + second.LogOfLoad;
        if (context.Trace is { } trace)
        {
            trace.Considered(first.Node, rule.Seconds(score1, context.Now));
            trace.Considered(second.Node, rule.Seconds(score2, context.Now));
        }

        return score1 <= score2 + margin ? first.Node : second.Node;
    }

    // What has decayed to nothing would be nothing times any number of requests.
    private double Known(in Candidate candidate, long now) => candidate.Level > rule.Least(now) ? candidate.Level : double.NaN;

    // One request finds out about an instance that has not answered yet; more of them wait until it has. Not assumed slower than the other, lest it be never asked where answers take less than assumed.
    private double Assumed(double level, in Candidate candidate, double other, long now)
        => !double.IsNaN(level) ? level
            : candidate.LogOfLoad > 0 ? rule.Unanswered(now)
            : double.IsNaN(other) ? rule.Initial(now)
            : Math.Min(rule.Initial(now), other);

    private readonly record struct Candidate(ServiceNode Node, double Level, double LogOfLoad)
    {
        public double Score => Level + LogOfLoad;

        public static Candidate Of(in WeightedNode node) => new(node.Node, node.Node.LatencyLevel, Math.Log(1 + (Math.Max(0, node.Node.Outstanding) / node.Weight)));
    }
}
