using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Discovery.Client.Explanations;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Http;

/// <summary>What all handlers share. Handlers come and go with HttpClientFactory's rotation, so they hold this and nothing else.</summary>
internal sealed partial class HttpDispatcher : IDisposable
{
    private const string InstanceTag = "discovery.instance.id";

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly QuietLogger _explanations;
    private readonly LogThrottle _throttle;
    private readonly MemoryUse _memoryUse;
    private readonly ConcurrentDictionary<string, RetryBudget> _budgets = new(StringComparer.Ordinal);
    private readonly IDisposable? _reloads;
    private volatile RouteTable _routes;

    public HttpDispatcher(ServiceCatalog catalog, IOptionsMonitor<DiscoveryClientOptions> options, TimeProvider clock, ILoggerFactory loggers, IAttemptPolicy? policy = null)
    {
        _clock = clock;
        _logger = new QuietLogger(loggers.CreateLogger<HttpDispatcher>());
        _explanations = new QuietLogger(loggers.CreateLogger(ExplanationCategory));
        _throttle = new LogThrottle(clock);
        _memoryUse = new MemoryUse(clock);
        Policy = policy;
        _routes = Routes(options.CurrentValue);
        _reloads = options.OnChange((changed, _) => _routes = Routes(changed));

        RouteTable Routes(DiscoveryClientOptions current) => new(current, catalog, service => _budgets.GetOrAdd(service, static (_, time) => new RetryBudget(time), clock));
    }

    public TimeProvider Clock => _clock;

    /// <summary>What stands around each attempt; null: nothing.</summary>
    public IAttemptPolicy? Policy { get; }

    public void Dispose() => _reloads?.Dispose();

    /// <summary>The route of a request; null if it does not go to a service.</summary>
    /// <param name="uri">Where the request goes.</param>
    /// <param name="everyHost">Whether the handler is on one client.</param>
    /// <param name="last">The route that the handler found before: most clients call one host.</param>
    public Route? Find(Uri? uri, bool everyHost, ref Route? last)
    {
        if (uri is not { IsAbsoluteUri: true })
        {
            return null;
        }

        var routes = _routes;
        if (last is { } route && ReferenceEquals(route.Table, routes) && (route.IsPlainly(uri) || route.IsOf(uri)))
        {
            return route.AppliesTo(uri, everyHost) ? route : null;
        }

        return routes.Find(uri, everyHost) is { } found ? last = found : null;
    }

    /// <summary>Chooses an instance and sends the request its way.</summary>
    /// <param name="request">The request.</param>
    /// <param name="original">Its URI as the caller wrote it.</param>
    /// <param name="route">What the URI leads to.</param>
    /// <param name="view">What is known of the service.</param>
    /// <param name="tried">The instances that this very send has tried.</param>
    /// <param name="isFree">Whether a further attempt costs the budget nothing, since the one before loaded nobody (<see cref="RetryRule.LoadedNobody"/>).</param>
    /// <param name="shares">Whether other sends of the same request look at what this one tries.</param>
    /// <param name="attempt">The attempt, begun.</param>
    /// <returns>False if there is no instance left, or the budget does not allow a further attempt.</returns>
    public bool TryBegin(HttpRequestMessage request, Uri original, Route route, ServiceView view, ReadOnlySpan<ServiceNode> tried, bool isFree, bool shares, out Attempt attempt)
    {
        var now = _clock.GetTimestamp();
        var memory = _explanations.IsEnabled(LogLevel.Debug) ? ExplainForLog(request) : shares || RequestMemory.KeysInUse || _memoryUse.IsPossible(now) ? RequestMemory.Find(request) : null;
        var explanation = memory?.Explanation;
        var excluded = memory is null ? tried : memory.Tried;
        var context = new PickContext
        {
            Excluded = excluded,
            HashKey = RequestKey.Of(request, memory, view.Key),
            Headers = new(request),
            Now = now,
            AcceptEjected = view.IsPanicking && excluded.IsEmpty,
            Trace = explanation is null ? null : new PickTrace(),
        };
        var node = TargetPick.Pick(view, route, context, tried, isFree, out var target);
        if (!tried.IsEmpty && (node is null || !MayGoOn(route, view, isFree)))
        {
            attempt = default;
            return false;
        }

        var uri = target?.UriOf(original);
        explanation?.Choose(view, context, (PickTrace?)context.Trace, node, uri);
        if (node is null)
        {
            attempt = default;
            return false;
        }

        if (shares)
        {
            memory?.Add(node);
        }

        var host = route.HostHeader.For(node.Instance);
        var hostIsOurs = host is not null && request.Headers.Host is null;
        if (hostIsOurs)
        {
            request.Headers.Host = host;
        }

        var contentIsOurs = RetryRule.NeedsContent(request, memory);
        if (contentIsOurs)
        {
            request.Content = new ByteArrayContent([]);
        }

        request.RequestUri = uri;
        attempt = new(node, view, uri!, hostIsOurs, contentIsOurs, explanation is not null, now, node.Begin());
        view.Counts.AddPick();
        if (Activity.Current is { Recorded: true } activity)
        {
            activity.SetTag(DiscoveryMetrics.ServiceTag, view.ServiceName);
            activity.SetTag(InstanceTag, node.Instance.InstanceId);
        }

        return true;
    }

    /// <summary>The attempt has a response: completes it when its body ends; at once and well if it was redirected, since then the response is not the instance's.</summary>
    public void Follow(in Attempt attempt, HttpRequestMessage request, HttpResponseMessage response, bool wasRedirected)
    {
        if (wasRedirected)
        {
            FollowRedirected(attempt, request);
            return;
        }

        var status = (int)response.StatusCode;
        if (RetryRule.IsFailure(response.StatusCode))
        {
            Remember(request, attempt.Node);
        }

        var failedStatus = status >= 500 ? status : 0;
        var now = _clock.GetTimestamp();
        if (failedStatus == 0 && status != 429)
        {
            attempt.Node.Observe(RequestOutcome.Success, attempt.StartedAt, now);
        }
        else
        {
            attempt.Node.Observe(RequestOutcome.Failure, RetryAfter.Start(response, attempt.StartedAt, now, _clock), now);
        }

        if (attempt.IsExplained)
        {
            Explain(request, attempt, failedStatus == 0 ? RequestOutcome.Success : RequestOutcome.Failure, status.ToString(CultureInfo.InvariantCulture));
        }

        // The body may go on for a day: whether the instance works is known now.
        attempt.Node.EndProbe(attempt.Probe, failedStatus == 0 ? RequestOutcome.Success : RequestOutcome.Failure);
        if (!ResponseBody.IsExpected(request, response) || TrackedContent.Wrap(response.Content, attempt, failedStatus) is not { } content)
        {
            Attempt.End(attempt.Node, attempt.View, RequestOutcome.Success, null, failedStatus);
            return;
        }

        response.Content = content;
    }

    /// <summary>The attempt has failed. Begins the next if one may follow.</summary>
    /// <param name="failure">By what.</param>
    /// <param name="request">The request, restored.</param>
    /// <param name="original">Its URI as the caller wrote it.</param>
    /// <param name="route">What the URI leads to.</param>
    /// <param name="series">The attempts so far; the next one is put in.</param>
    /// <param name="inner">What the request was given to.</param>
    /// <param name="shares">Whether other sends of the same request look at what this one tries.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether an attempt has begun.</returns>
    public bool TryNext(
        Exception failure, HttpRequestMessage request, Uri original, Route route, ref AttemptSeries series, HttpMessageHandler? inner, bool shares, CancellationToken cancellationToken)
        => TryNext(Fail(failure, request, series.Current, series.WasRedirected, inner, cancellationToken), failure, request, original, route, ref series, shares);

    /// <summary>The attempt has a response that another instance may do better than. Begins the next if one may follow.</summary>
    /// <inheritdoc cref="TryNext(Exception, HttpRequestMessage, Uri, Route, ref AttemptSeries, HttpMessageHandler?, bool, CancellationToken)"/>
    public bool TryNext(HttpRequestMessage request, Uri original, Route route, ref AttemptSeries series, bool shares)
        => TryNext(RequestOutcome.Failure, null, request, original, route, ref series, shares);

    /// <summary>Counts the failure of an attempt.</summary>
    public RequestOutcome Fail(Exception failure, HttpRequestMessage request, in Attempt attempt, bool wasRedirected, HttpMessageHandler? inner, CancellationToken cancellationToken)
    {
        var outcome = wasRedirected ? RequestOutcome.Canceled : RetryRule.Classify(failure, request, InnerHandlers.TimeOutConnectingOnly(inner), cancellationToken);
        var wasAsked = Policy is null || outcome != RequestOutcome.NotSent || !RetryRule.IsRefusal(failure);
        if (!wasRedirected && wasAsked)
        {
            attempt.Node.Observe(outcome, attempt.StartedAt, _clock.GetTimestamp());
        }

        var error = failure.GetType().FullName;
        var counted = wasAsked ? outcome : RequestOutcome.Canceled;
        attempt.Node.End(counted);
        attempt.Node.EndProbe(attempt.Probe, counted);
        attempt.View.Counts.AddAttempt(outcome, error);
        Remember(request, attempt.Node);
        if (attempt.IsExplained)
        {
            Explain(request, attempt, outcome, error);
        }

        return outcome;
    }

    /// <summary>The attempt was cancelled since another was sooner: no failure, but it would have taken longer.</summary>
    public void GiveUp(HttpRequestMessage request, in Attempt attempt)
    {
        attempt.Node.Observe(RequestOutcome.Canceled, attempt.StartedAt, _clock.GetTimestamp());
        Attempt.End(attempt.Node, attempt.View, RequestOutcome.Canceled, null, 0, attempt.Probe);
        if (attempt.IsExplained)
        {
            Explain(request, attempt, RequestOutcome.Canceled, "another was sooner");
        }
    }

    private void FollowRedirected(in Attempt attempt, HttpRequestMessage request)
    {
        attempt.Node.Observe(RequestOutcome.Success, attempt.StartedAt, _clock.GetTimestamp());
        Attempt.End(attempt.Node, attempt.View, RequestOutcome.Success, null, 0, attempt.Probe);
        if (attempt.IsExplained)
        {
            Explain(request, attempt, RequestOutcome.Success, "redirected");
        }
    }

    // Takes the attempt from the budget.
    private bool MayGoOn(Route route, ServiceView view, bool isFree)
    {
        if (route.Budget.TryTake(view.Counts, route.Requests.Retry, isFree))
        {
            return true;
        }

        if (_throttle.Pass(302, view.ServiceName))
        {
            Log.BudgetSpent(_logger, view.ServiceName, route.Requests.Retry.BudgetPercent, route.Requests.Retry.BudgetPerSecond);
        }

        return false;
    }

    private bool TryNext(RequestOutcome outcome, Exception? failure, HttpRequestMessage request, Uri original, Route route, ref AttemptSeries series, bool shares)
    {
        var attempt = series.Current;
        series = series.Fail(outcome);
        var view = route.Entry.Touch();
        if (series.WasChanged
            || !RetryRule.MayTryAnother(outcome, failure, RetryRule.IsRepeatable(request), series.Tried.Length, series.Sent, route.Requests.Retry)
            || !TryBegin(request, original, route, view, series.Tried, RetryRule.LoadedNobody(outcome, failure), shares, out var next))
        {
            return false;
        }

        Log.TriesAnother(_logger, attempt.View.ServiceName, attempt.Node.Instance.InstanceId, next.Node.Instance.InstanceId, failure);
        series = series with { Current = next };
        return true;
    }

    private void Remember(HttpRequestMessage request, ServiceNode node)
    {
        RequestMemory.Of(request).Add(node);
        _memoryUse.Note(_clock.GetTimestamp());
    }
}
