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
/// DELETE without content whose connection breaks before the response. No instance is tried twice.</para>
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
        if (!_dispatcher.TryBegin(request, original, route, view, [], out var attempt))
        {
            return SendToDns(request, original, route, view, cancellationToken);
        }

        for (var series = new AttemptSeries(attempt); ;)
        {
            try
            {
                var response = base.Send(request, cancellationToken);
                series.Current.Restore(request, original);
                _dispatcher.Follow(series.Current, request, response);
                return response;
            }
            catch (Exception failure)
            {
                series = series.Restore(request, original);
                if (!_dispatcher.TryNext(failure, request, original, route, ref series, InnerHandler, cancellationToken))
                {
                    throw;
                }
            }
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
        if (!_dispatcher.TryBegin(request, original, route, view, [], out var attempt))
        {
            return SendToDnsAsync(request, original, route, view, cancellationToken);
        }

        var send = SendOnAsync(request, cancellationToken);
        if (!send.IsCompletedSuccessfully)
        {
            return FollowAsync(send, request, original, route, attempt, cancellationToken);
        }

        attempt.Restore(request, original);
        _dispatcher.Follow(attempt, request, send.Result);
        return send;
    }

    private async Task<HttpResponseMessage> FollowAsync(
        Task<HttpResponseMessage> send, HttpRequestMessage request, Uri original, Route route, Attempt attempt, CancellationToken cancellationToken)
    {
        Exception failure;
        try
        {
            var response = await send.ConfigureAwait(false);
            attempt.Restore(request, original);
            _dispatcher.Follow(attempt, request, response);
            return response;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // Apart, so that the state of a request that does not fail stays small.
        return await TryOthersAsync(failure, request, original, route, new AttemptSeries(attempt), cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> TryOthersAsync(
        Exception failure, HttpRequestMessage request, Uri original, Route route, AttemptSeries series, CancellationToken cancellationToken)
    {
        while (true)
        {
            series = series.Restore(request, original);
            if (!_dispatcher.TryNext(failure, request, original, route, ref series, InnerHandler, cancellationToken))
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            try
            {
                var response = await SendOnAsync(request, cancellationToken).ConfigureAwait(false);
                series.Current.Restore(request, original);
                _dispatcher.Follow(series.Current, request, response);
                return response;
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }
    }

    private Task<HttpResponseMessage> SendOnAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return base.SendAsync(request, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    private async Task<HttpResponseMessage> SendToDnsAsync(HttpRequestMessage request, Uri original, Route route, ServiceView view, CancellationToken cancellationToken)
    {
        var attempt = DnsAttempt(request, original, route, view);
        try
        {
            return await SendOnAsync(request, cancellationToken).ConfigureAwait(false);
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
            ? new(null!, view, request.RequestUri = route.DnsUriOf(original), false, 0)
            : throw NoInstance.Because(view, route);
}
