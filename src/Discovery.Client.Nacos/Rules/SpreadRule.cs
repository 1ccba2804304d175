namespace Discovery.Client.Nacos;

/// <summary>What one server said to a proof of life.</summary>
internal enum Proven
{
    /// <summary>It knows the instance.</summary>
    Known,

    /// <summary>It does not.</summary>
    Unknown,

    /// <summary>It gave no answer.</summary>
    Failed,
}

/// <summary>What the answers of several servers, each of which has to be told by itself, mean together.</summary>
internal static class SpreadRule
{
    /// <summary>
    /// One that does not know the instance has lost it, and all are told anew. One that does not answer has died or will be told when it answers: as long as another knows the instance, it lives.
    /// </summary>
    /// <param name="answers">What they said.</param>
    /// <param name="oneIsEnough">Whether it lives if one knows it: just after it was registered, when one that was not reached will be told at the next beat.</param>
    public static Proven Together(IReadOnlyCollection<Proven> answers, bool oneIsEnough)
        => oneIsEnough && answers.Contains(Proven.Known) ? Proven.Known
            : answers.Contains(Proven.Unknown) ? Proven.Unknown : answers.Contains(Proven.Known) ? Proven.Known : Proven.Failed;
}
