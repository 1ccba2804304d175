using System.Collections.Immutable;
using System.Text;
using Discovery.Client.Explanations;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>Why a call went where it went: what was known, which layer left out which instance, the scores, the attempts. Filled in as the call goes on; may be read at any time by any thread.</summary>
/// <remarks>Asked for with <c>request.Explain()</c> or <see cref="PickOptions.Explanation"/>. All calls that were not asked about pay nothing for it.</remarks>
public sealed class CallExplanation
{
    private readonly Lock _lock = new();
    private ImmutableArray<AttemptExplanation> _attempts = [];
    private ImmutableArray<CandidateExplanation> _candidates = [];

    /// <summary>The service, as the program names it; null as long as nothing was chosen.</summary>
    public string? ServiceName { get; private set; }

    /// <summary>What was known of the service at the last choice: backend, state and age of the list.</summary>
    public string? List { get; private set; }

    /// <summary>The selector of the last choice; null if there was nothing to choose from.</summary>
    public string? Selector { get; private set; }

    /// <summary>All instances of the list, and what they came to at the last choice; ordered by id.</summary>
    public IReadOnlyList<CandidateExplanation> Candidates
    {
        get
        {
            lock (_lock)
            {
                return _candidates;
            }
        }
    }

    /// <summary>The attempts, in the order in which they began.</summary>
    public IReadOnlyList<AttemptExplanation> Attempts
    {
        get
        {
            lock (_lock)
            {
                return _attempts;
            }
        }
    }

    /// <summary>The URI of the last attempt; null if there was none over HTTP.</summary>
    public Uri? FinalUri => Attempts is [.., var last] ? last.Uri : null;

    /// <summary>All of it as text of several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"service {ServiceName}, selector {Selector}. {List}");
        foreach (var attempt in Attempts)
        {
            text.Append(Environment.NewLine).Append("  attempt ").Append(attempt);
        }

        foreach (var candidate in Candidates)
        {
            text.Append(Environment.NewLine).Append("  ").Append(candidate);
        }

        return text.ToString();
    }

    internal void Choose(ServiceView view, in PickContext context, PickTrace? trace, ServiceNode? chosen, Uri? uri)
    {
        var candidates = CandidateList.Of(view, context, trace, chosen);
        lock (_lock)
        {
            (ServiceName, List, Selector, _candidates) = (view.ServiceName, view.Describe(), view.Layers?.Selector, candidates);
            if (chosen is not null)
            {
                _attempts = _attempts.Add(new(chosen.Instance.InstanceId, uri, candidates));
            }
        }
    }

    internal void End(string instanceId, RequestOutcome outcome, string? result, TimeSpan elapsed)
    {
        lock (_lock)
        {
            for (var i = _attempts.Length - 1; i >= 0; i--)
            {
                if (_attempts[i].Outcome is null && _attempts[i].InstanceId == instanceId)
                {
                    _attempts = _attempts.SetItem(i, _attempts[i] with { Outcome = outcome, Result = result, Elapsed = elapsed });
                    return;
                }
            }
        }
    }
}
