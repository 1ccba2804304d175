using System.Diagnostics;
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

    private static readonly TimeSpan MemoryWindow = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IDisposable? _reloads;
    private volatile RouteTable _routes;
    private long _memoryUsedAt;
    private bool _memoryUsed;

    public HttpDispatcher(ServiceCatalog catalog, IOptionsMonitor<DiscoveryClientOptions> options, TimeProvider clock, ILogger<HttpDispatcher> logger)
    {
        _clock = clock;
        _logger = new QuietLogger(logger);
        _routes = new RouteTable(options.CurrentValue, catalog);
        _reloads = options.OnChange((changed, _) => _routes = new RouteTable(changed, catalog));
    }

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
        if (last is { } route && ReferenceEquals(route.Table, routes) && route.Host == uri.Host && route.HasScheme(uri.Scheme))
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
    /// <param name="attempt">The attempt, begun.</param>
    /// <returns>False if there is no instance left.</returns>
    public bool TryBegin(HttpRequestMessage request, Uri original, Route route, ServiceView view, ReadOnlySpan<ServiceNode> tried, out Attempt attempt)
    {
        var now = _clock.GetTimestamp();
        var memory = RequestMemory.KeysInUse || MemoryMayBeUsed(now) ? RequestMemory.Find(request) : null;
        var context = new PickContext { Excluded = memory is null ? tried : memory.Tried, HashKey = RequestKey.Of(request, memory, view.Key), Headers = new(request), Now = now, AcceptEjected = view.IsPanicking };
        if (TargetPick.Pick(view, route, context, tried, out var target) is not { } node)
        {
            attempt = default;
            return false;
        }

        var uri = target!.UriOf(original);
        var host = route.HostHeader.For(node.Instance);
        var hostIsOurs = host is not null && request.Headers.Host is null;
        if (hostIsOurs)
        {
            request.Headers.Host = host;
        }

        request.RequestUri = uri;
        attempt = new(node, view, uri, hostIsOurs, now);
        node.BeginRequest();
        view.Counts.AddPick();
        if (Activity.Current is { Recorded: true } activity)
        {
            activity.SetTag(DiscoveryMetrics.ServiceTag, view.ServiceName);
            activity.SetTag(InstanceTag, node.Instance.InstanceId);
        }

        return true;
    }

    /// <summary>The attempt has a response: completes it when its body ends.</summary>
    public void Follow(in Attempt attempt, HttpRequestMessage request, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status >= 500 || status is 408 or 429)
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
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Whether an attempt has begun.</returns>
    public bool TryNext(
        Exception failure, HttpRequestMessage request, Uri original, Route route, ref AttemptSeries series, HttpMessageHandler? inner, CancellationToken cancellationToken)
    {
        var attempt = series.Current;
        var outcome = series.WasRedirected ? RequestOutcome.Canceled : RetryRule.Classify(failure, InnerHandlers.TimeOutConnectingOnly(inner), cancellationToken);
        if (!series.WasRedirected)
        {
            attempt.Node.Observe(outcome, attempt.StartedAt, _clock.GetTimestamp());
        }

        Attempt.End(attempt.Node, attempt.View, outcome, failure.GetType().FullName, 0);
        Remember(request, attempt.Node);
        series = series.Fail(outcome);
        if (!RetryRule.MayTryAnother(outcome, failure, request, series.Tried.Length, series.Broken)
            || !TryBegin(request, original, route, route.Entry.Touch(), series.Tried, out var next))
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
        Volatile.Write(ref _memoryUsedAt, _clock.GetTimestamp());
        Volatile.Write(ref _memoryUsed, true);
    }

    // Looking into the options of a request that has none allocates them, so it is done only while some request may have been tried before.
    private bool MemoryMayBeUsed(long now) => Volatile.Read(ref _memoryUsed) && _clock.GetElapsedTime(Volatile.Read(ref _memoryUsedAt), now) < MemoryWindow;
}
