using System.Runtime.ExceptionServices;
using Discovery.Client.Http;
using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>
/// Sends requests to instances of the service that their host names, spreads them, and tries another instance where that is safe. Added by <c>AddDiscoveryHandler()</c>;
/// a transient one for chains built by hand is in the container. It owns nothing: any number may be made and thrown away.
/// </summary>
/// <remarks>
/// <para>A connection that could not be opened is tried on another instance, whatever the method, since nothing was sent; five instances at most. So is, once, a GET, HEAD, OPTIONS, TRACE, PUT or
/// DELETE without content whose connection breaks before the response, or that is answered with 502, 503 or 504. No instance is tried twice, and a budget bounds all attempts but those that follow a refused connection (<see cref="RequestOptions"/>).</para>
/// <para><see cref="HttpRequestMessage.RequestUri"/> and the Host header are again what the caller wrote when the send ends, however it ends.</para>
/// </remarks>
public sealed class DiscoveryHandler : DelegatingHandler
{
    private readonly HttpDispatcher _dispatcher;
    private Route? _last;

    internal DiscoveryHandler(HttpDispatcher dispatcher, bool everyHost)
    {
        _dispatcher = dispatcher;
        EveryHost = everyHost;
    }

    /// <summary>Whether it stands on one client: then every host but IP addresses and localhost is a service.</summary>
    internal bool EveryHost { get; }

    /// <summary>Whether what stands outside sends clones of a request, which are to go to different instances even while they are under way (see <see cref="SharedAttemptsHandler"/>).</summary>
    internal bool SharesAttempts { get; set; }

    /// <inheritdoc/>
    /// <exception cref="NoInstanceAvailableException">The service has no instance, or the registry has not answered in time.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_dispatcher.Find(request.RequestUri, EveryHost, ref _last) is not { } route)
        {
            return base.SendAsync(request, cancellationToken);
        }

        var view = route.Entry.Touch();
        return view.State == ServiceViewState.Pending ? WaitAndSendAsync(request, route, cancellationToken) : SendAsync(request, route, view, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="NoInstanceAvailableException">The service has no instance, or the registry has not answered in time.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_dispatcher.Find(request.RequestUri, EveryHost, ref _last) is not { } route)
        {
            return base.Send(request, cancellationToken);
        }

        var view = route.Entry.Touch();
        if (view.State == ServiceViewState.Pending)
        {
            view = FirstViewAsync(route, cancellationToken).AsTask().GetAwaiter().GetResult();
        }

        var original = request.RequestUri!;
        if (!_dispatcher.TryBegin(request, original, route, view, [], false, SharesAttempts, out var attempt))
        {
            return SendToDns(request, original, route, view, cancellationToken);
        }

        for (var series = new AttemptSeries(attempt); ;)
        {
            HttpResponseMessage response;
            try
            {
                response = SendOn(request, series.Current, cancellationToken);
            }
            catch (Exception failure)
            {
                series = series.Restore(request, original);
                if (!_dispatcher.TryNext(failure, request, original, route, ref series, InnerHandler, SharesAttempts, cancellationToken))
                {
                    throw;
                }

                continue;
            }

            if (!Take(request, original, series.Current, response) || !_dispatcher.TryNext(request, original, route, ref series, SharesAttempts))
            {
                return response;
            }

            response.Dispose();
        }
    }

    private static async ValueTask<ServiceView> FirstViewAsync(Route route, CancellationToken cancellationToken)
    {
        try
        {
            return await route.Entry.WaitForAnswerAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NoInstanceAvailableException exception) when (route.FallBackToDns)
        {
            return exception.View;
        }
    }

    private async Task<HttpResponseMessage> WaitAndSendAsync(HttpRequestMessage request, Route route, CancellationToken cancellationToken)
    {
        var view = await FirstViewAsync(route, cancellationToken).ConfigureAwait(false);
        return await SendAsync(request, route, view, cancellationToken).ConfigureAwait(false);
    }

    // Not async itself: a response that is there at once costs neither a task nor a state machine.
    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Route route, ServiceView view, CancellationToken cancellationToken)
    {
        var original = request.RequestUri!;
        if (route.Hedges && HedgedRequest.IsPossible(request))
        {
            return SendHedgedAsync(request, original, route, view, cancellationToken);
        }

        if (!_dispatcher.TryBegin(request, original, route, view, [], false, SharesAttempts, out var attempt))
        {
            return SendToDnsAsync(request, original, route, view, cancellationToken);
        }

        var send = SendOnAsync(request, attempt, cancellationToken);
        if (!send.IsCompletedSuccessfully)
        {
            return FollowAsync(send, request, original, route, attempt, cancellationToken);
        }

        return Take(request, original, attempt, send.Result) ? TryOthersAsync(null, send.Result, request, original, route, new AttemptSeries(attempt), cancellationToken) : send;
    }

    private async Task<HttpResponseMessage> FollowAsync(
        Task<HttpResponseMessage> send, HttpRequestMessage request, Uri original, Route route, Attempt attempt, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        HttpResponseMessage? response = null;
        try
        {
            response = await send.ConfigureAwait(false);
            if (!Take(request, original, attempt, response))
            {
                return response;
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Apart, so that the state of a request that does not fail stays small.
        return await TryOthersAsync(failure, response, request, original, route, new AttemptSeries(attempt), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> TryOthersAsync(
        Exception? failure, HttpResponseMessage? response, HttpRequestMessage request, Uri original, Route route, AttemptSeries series, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (failure is null)
            {
                if (!_dispatcher.TryNext(request, original, route, ref series, SharesAttempts))
                {
                    return response!;
                }

                response!.Dispose();
            }
            else
            {
                series = series.Restore(request, original);
                if (!_dispatcher.TryNext(failure, request, original, route, ref series, InnerHandler, SharesAttempts, cancellationToken))
                {
                    ExceptionDispatchInfo.Throw(failure);
                }
            }

            try
            {
                (failure, response) = (null, await SendOnAsync(request, series.Current, cancellationToken).ConfigureAwait(false));
                if (!Take(request, original, series.Current, response))
                {
                    return response;
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }
    }

    // Returns whether another instance may do better.
    private bool Take(HttpRequestMessage request, Uri original, in Attempt attempt, HttpResponseMessage response)
    {
        var mayBeBetter = RetryRule.IsTemporary(response.StatusCode) && !attempt.WasChanged(request);
        var redirected = attempt.WasRedirected(request);
        attempt.Restore(request, original);
        _dispatcher.Follow(attempt, request, response, redirected);
        return mayBeBetter;
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, in Attempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            if (!attempt.IsExplained && _dispatcher.Policy is null)
            {
                return base.SendAsync(request, cancellationToken);
            }

            using var scope = attempt.IsExplained ? _dispatcher.BeginExplanation(request, attempt) : null;
            return _dispatcher.Policy is { } policy
                ? policy.SendAsync(attempt.View, attempt.Node, request, base.SendAsync, cancellationToken)
                : base.SendAsync(request, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    private HttpResponseMessage SendOn(HttpRequestMessage request, in Attempt attempt, CancellationToken cancellationToken)
    {
        using var scope = attempt.IsExplained ? _dispatcher.BeginExplanation(request, attempt) : null;
        return _dispatcher.Policy is { } policy ? policy.Send(attempt.View, attempt.Node, request, base.Send, cancellationToken) : base.Send(request, cancellationToken);
    }

    private Task<HttpResponseMessage> SendHedgedAsync(HttpRequestMessage request, Uri original, Route route, ServiceView view, CancellationToken cancellationToken)
        => new HedgedSend(_dispatcher, request, route, InnerHandler, (message, attempt, token) => SendOnAsync(message, attempt, token), cancellationToken).TryRun(view)
            ?? SendToDnsAsync(request, original, route, view, cancellationToken);

    private async Task<HttpResponseMessage> SendToDnsAsync(HttpRequestMessage request, Uri original, Route route, ServiceView view, CancellationToken cancellationToken)
    {
        var attempt = DnsAttempt(request, original, route, view);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            attempt.Restore(request, original);
        }
    }

    private HttpResponseMessage SendToDns(HttpRequestMessage request, Uri original, Route route, ServiceView view, CancellationToken cancellationToken)
    {
        var attempt = DnsAttempt(request, original, route, view);
        try
        {
            return base.Send(request, cancellationToken);
        }
        finally
        {
            attempt.Restore(request, original);
        }
    }

    private static Attempt DnsAttempt(HttpRequestMessage request, Uri original, Route route, ServiceView view)
        => route.FallBackToDns && view.Nodes.IsEmpty
            ? new(null!, view, request.RequestUri = route.DnsUriOf(original), false, false, false, 0)
            : throw NoInstance.Because(view, route, RequestMemory.Find(request)?.Explanation);
}
