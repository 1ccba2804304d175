using System.Net;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>The content of a response that says how the request ended when the body has ended: a request is not over when its headers arrive.</summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly ServiceNode _node;
    private readonly ServiceView _view;
    private readonly int _failedStatus;
    private int _completed;

    private TrackedContent(HttpContent inner, in Attempt attempt, int failedStatus)
    {
        _inner = inner;
        (_node, _view) = (attempt.Node, attempt.View);
        _failedStatus = failedStatus;
    }

    /// <summary>Wraps the content; null if it says that it is empty.</summary>
    /// <param name="inner">The content.</param>
    /// <param name="attempt">The attempt to complete.</param>
    /// <param name="failedStatus">The status, if it is one of failure, else 0.</param>
    public static TrackedContent? Wrap(HttpContent inner, in Attempt attempt, int failedStatus)
    {
        var content = new TrackedContent(inner, attempt, failedStatus);
        foreach (var (name, values) in inner.Headers.NonValidated)
        {
            if (values.Count > 1)
            {
                content.Headers.TryAddWithoutValidation(name, values);
                continue;
            }

            var value = values.ToString();
            if (value == "0" && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            content.Headers.TryAddWithoutValidation(name, value);
        }

        return content;
    }

    /// <summary>Only the first call counts. What the status said outweighs how the body ended.</summary>
    public void Complete(RequestOutcome outcome, string? error = null)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            if (outcome == RequestOutcome.Failure && _failedStatus == 0)
            {
                // The headers were in time, so what is learned is that it fails.
                var now = _view.Now;
                _node.Observe(outcome, now, now);
            }

            Attempt.End(_node, _view, outcome, error, _failedStatus);
        }
    }

    /// <summary>The body could not be read to its end.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="destination">What it was copied into, if that may be the reason.</param>
    public void Fail(Exception exception, CopyDestination? destination = null)
    {
        // The limit is that of the client's buffer.
        var isOurs = destination is { HasFailed: true } || exception is OperationCanceledException or ObjectDisposedException or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
        var outcome = isOurs ? RequestOutcome.Canceled : RequestOutcome.Failure;
        Complete(outcome, outcome == RequestOutcome.Failure ? exception.GetType().FullName : null);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var destination = CopyDestination.Around(stream);
        var copy = _inner.CopyToAsync(destination ?? stream, context, cancellationToken);
        if (copy.IsCompletedSuccessfully)
        {
            Complete(RequestOutcome.Success);
            return copy;
        }

        return FollowAsync(copy, destination);
    }

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var destination = CopyDestination.Around(stream);
        try
        {
            _inner.CopyTo(destination ?? stream, context, cancellationToken);
            Complete(RequestOutcome.Success);
        }
        catch (Exception exception)
        {
            Fail(exception, destination);
            throw;
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken)
        => Track(await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Track(_inner.ReadAsStream(cancellationToken));

    protected override bool TryComputeLength(out long length)
    {
        var known = _inner.Headers.ContentLength;
        length = known.GetValueOrDefault();
        return known.HasValue;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            Complete(RequestOutcome.Canceled);
        }

        base.Dispose(disposing);
    }

    private TrackedStream Track(Stream stream) => new(stream, this, _inner.Headers.ContentLength ?? long.MaxValue);

    private async Task FollowAsync(Task copy, CopyDestination? destination)
    {
        try
        {
            await copy.ConfigureAwait(false);
            Complete(RequestOutcome.Success);
        }
        catch (Exception exception)
        {
            Fail(exception, destination);
            throw;
        }
    }
}
