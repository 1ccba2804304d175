using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>Stands around each attempt of a request and knows the instance it goes to: a place for circuit breakers, limits and the like per instance. Added to the container; the last one counts.</summary>
/// <remarks>
/// Called by all threads at once. What is kept per instance belongs to the node: it outlives lists, and the node is gone when the instance is. An exception is handled like one of the transport: an
/// <see cref="HttpRequestException"/> with <see cref="HttpRequestError.ConnectionError"/> says that nothing was sent, so that another instance is tried. Where it was the policy that
/// sent nothing, <c>exception.Data["Discovery.Client.Refused"] = true</c> says that this is no failure of the instance. <see cref="ServiceNode.IsRefused"/> keeps requests away beforehand.
/// </remarks>
public interface IAttemptPolicy
{
    /// <summary>Sends a request to an instance.</summary>
    /// <param name="view">What the instance was chosen from; names the service.</param>
    /// <param name="node">The instance.</param>
    /// <param name="request">The request, with the instance's URI.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The response, as soon as its headers are there.</returns>
    Task<HttpResponseMessage> SendAsync(
        ServiceView view, ServiceNode node, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken);

    /// <summary>Sends a request to an instance synchronously.</summary>
    /// <inheritdoc cref="SendAsync"/>
    HttpResponseMessage Send(
        ServiceView view, ServiceNode node, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> send, CancellationToken cancellationToken);
}
