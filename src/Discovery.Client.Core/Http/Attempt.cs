using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>One request to one instance, from the choice to the end of the response.</summary>
/// <param name="Node">The instance chosen, which counts the request as outstanding.</param>
/// <param name="View">What it was chosen from.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Uri">Where the request was sent.</param>
/// <param name="HostIsOurs">Whether the request's Host header is to be taken away again.</param>
internal readonly record struct Attempt(ServiceNode Node, ServiceView View, long StartedAt, Uri Uri, bool HostIsOurs)
{
    /// <summary>Makes the request what the caller handed in. Never throws.</summary>
    public void Restore(HttpRequestMessage request, Uri original)
    {
        try
        {
            request.RequestUri = original;
            if (HostIsOurs)
            {
                request.Headers.Host = null;
            }
        }
        catch (ObjectDisposedException)
        {
            // Somebody disposed the request while it was under way: there is nothing left to restore.
        }
    }

    /// <summary>Whether an inner handler has followed a redirect, so that what failed is not this instance.</summary>
    public bool WasRedirected(HttpRequestMessage request) => !ReferenceEquals(request.RequestUri, Uri);
}
