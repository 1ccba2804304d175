using System.Runtime.ExceptionServices;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>Sends a request to a further instance when no answer comes in time. The first good answer counts; the other attempts are cancelled, which is no failure of theirs.</summary>
internal sealed class HedgedSend(
    HttpDispatcher dispatcher, HttpRequestMessage request, Route route, HttpMessageHandler? inner,
    Func<HttpRequestMessage, Attempt, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
{
    private readonly Uri _original = request.RequestUri!;
    private readonly List<HedgedAttempt> _underWay = [];
    private readonly List<ServiceNode> _tried = [];
    private HttpResponseMessage? _response;
    private ExceptionDispatchInfo? _failure;
    private int _notSent;

    // Those under way included: they have seen the request.
    private int Sent => _tried.Count - _notSent;

    private int MaxSent => Math.Max(route.Requests.Retry.MaxSent, route.Requests.Hedging.MaxAttempts);

    /// <summary>Begins with the first attempt; null if there is no instance for it.</summary>
    public Task<HttpResponseMessage>? TryRun(ServiceView view)
    {
        // Copies share what is in the options only if it is there before they are made.
        RequestMemory.Of(request);
        var copy = HedgedRequest.Copy(request, _original);
        return dispatcher.TryBegin(copy, _original, route, view, [], false, true, out var attempt) ? RunAsync(new HedgedAttempt(copy, attempt, cancellationToken)) : null;
    }

    private async Task<HttpResponseMessage> RunAsync(HedgedAttempt first)
    {
        try
        {
            Add(first);
            await SettleAsync().ConfigureAwait(false);
        }
        finally
        {
            // Also when a selector of the program throws: what is under way is counted until somebody follows it.
            CancelOthers();
        }

        if (_response is null)
        {
            ThrowFailure();
        }

        _response!.RequestMessage = request;
        return _response;
    }

    private async Task SettleAsync()
    {
        var mayHedge = true;
        while (_underWay.Count > 0)
        {
            using var endOfWait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var wait = mayHedge && _underWay.Count < route.Requests.Hedging.MaxAttempts && Sent < MaxSent && _tried.Count < route.Requests.Retry.MaxAttempts
                ? Task.Delay(route.Requests.Hedging.Delay, dispatcher.Clock, endOfWait.Token)
                : null;
            var ended = await Task.WhenAny(_underWay.Select(static attempt => (Task)attempt.Task).Concat(wait is null ? [] : [wait])).ConfigureAwait(false);
            await endOfWait.CancelAsync().ConfigureAwait(false);
            if (_underWay.Find(attempt => ReferenceEquals(attempt.Task, ended)) is not { } attempt)
            {
                mayHedge = !cancellationToken.IsCancellationRequested && HasUntried() && TryBegin(isFree: false);
            }
            else if (await TakeAsync(attempt).ConfigureAwait(false))
            {
                break;
            }
        }
    }

    private void ThrowFailure()
    {
        // What an attempt tells of is its own token, which the caller does not know.
        if (cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException(_failure!.SourceException.Message, _failure.SourceException, cancellationToken);
        }

        _failure!.Throw();
    }

    private void Add(HedgedAttempt attempt)
    {
        _underWay.Add(attempt);
        _tried.Add(attempt.Attempt.Node);
        attempt.Begin(send);
    }

    // One that takes long has not failed, so that what stands by for it is not asked, nor what is ejected.
    private bool HasUntried() => route.Entry.Touch() is var view && view.Nodes.Any(node => !_tried.Contains(node.Node) && (view.IsPanicking || !node.Node.IsEjected));

    private bool TryBegin(bool isFree)
    {
        var view = route.Entry.Touch();
        var copy = HedgedRequest.Copy(request, _original);
        if (!dispatcher.TryBegin(copy, _original, route, view, _tried.ToArray(), isFree, true, out var attempt))
        {
            return false;
        }

        Add(new HedgedAttempt(copy, attempt, cancellationToken));
        return true;
    }

    // Returns whether that settles it.
    private async Task<bool> TakeAsync(HedgedAttempt attempt)
    {
        _underWay.Remove(attempt);
        RequestOutcome outcome;
        Exception? failure = null;
        try
        {
            var response = await attempt.Task.ConfigureAwait(false);
            var mayBeBetter = RetryRule.IsTemporary(response.StatusCode) && !attempt.Attempt.WasChanged(attempt.Request);
            dispatcher.Follow(attempt.Attempt, attempt.Request, response, attempt.Attempt.WasRedirected(attempt.Request));
            Keep(response, null);
            if (!mayBeBetter)
            {
                // One that was sooner to fail leaves the answer to those that still work on it.
                return _underWay.Count == 0 || attempt.Attempt.WasChanged(attempt.Request) || !RetryRule.IsFailure(response.StatusCode);
            }

            outcome = RequestOutcome.Failure;
        }
        catch (Exception exception)
        {
            failure = exception;
            outcome = dispatcher.Fail(failure, attempt.Request, attempt.Attempt, attempt.Attempt.WasRedirected(attempt.Request), inner, attempt.Token);
            Keep(null, exception);
        }
        finally
        {
            attempt.End();
        }

        _notSent += outcome == RequestOutcome.NotSent ? 1 : 0;
        if (outcome == RequestOutcome.Canceled || attempt.Attempt.WasChanged(attempt.Request))
        {
            return true;
        }

        if (RetryRule.MayTryAnother(outcome, failure, true, _tried.Count, Sent, route.Requests.Retry))
        {
            TryBegin(RetryRule.LoadedNobody(outcome, failure));
        }

        return false;
    }

    // An answer of failure says more than that there was none, except to a caller who no longer waits for any.
    private void Keep(HttpResponseMessage? response, Exception? failure)
    {
        if (response is null && _response is not null && !cancellationToken.IsCancellationRequested)
        {
            return;
        }

        _response?.Dispose();
        (_response, _failure) = (response, failure is null ? null : ExceptionDispatchInfo.Capture(failure));
    }

    private void CancelOthers()
    {
        foreach (var attempt in _underWay)
        {
            _ = CancelAsync(attempt);
        }
    }

    private async Task CancelAsync(HedgedAttempt attempt)
    {
        try
        {
            await (attempt.FindsOut ? attempt.CancelLaterAsync(dispatcher.Clock) : attempt.CancelAsync()).ConfigureAwait(false);
            using var late = await attempt.Task.ConfigureAwait(false);
            dispatcher.Follow(attempt.Attempt, attempt.Request, late, attempt.Attempt.WasRedirected(attempt.Request));
        }
        catch (Exception)
        {
            dispatcher.GiveUp(attempt.Request, attempt.Attempt);
        }
        finally
        {
            attempt.End();
        }
    }
}
