using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Http;

internal sealed partial class HttpDispatcher
{
    /// <summary>The category whose debug level explains each request.</summary>
    public const string ExplanationCategory = "Discovery.Client.Explanation";

    /// <summary>Tells of an attempt that is to be explained, in a scope that holds what is logged while it is sent.</summary>
    /// <returns>The scope; null if the log does not want it.</returns>
    public IDisposable? BeginExplanation(HttpRequestMessage request, in Attempt attempt)
    {
        if (!_explanations.IsEnabled(LogLevel.Debug) || RequestMemory.Find(request)?.Explanation is not { } explanation)
        {
            return null;
        }

        var scope = _explanations.BeginScope(new ExplanationScope(attempt.View.ServiceName, attempt.Node.Instance.InstanceId, explanation));
        Log.Explains(_explanations, attempt.View.ServiceName, attempt.Node.Instance.InstanceId, explanation);
        return scope;
    }

    private static RequestMemory ExplainForLog(HttpRequestMessage request)
    {
        var memory = RequestMemory.Of(request);
        memory.ExplainForLog();
        return memory;
    }

    private void Explain(HttpRequestMessage request, in Attempt attempt, RequestOutcome outcome, string? result)
        => RequestMemory.Find(request)?.Explanation?.End(attempt.Node.Instance.InstanceId, outcome, result, _clock.GetElapsedTime(attempt.StartedAt));
}
