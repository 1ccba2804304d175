using System.Globalization;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>One request to one instance, from the choice to the end of the response.</summary>
/// <param name="Node">The instance chosen, which counts the request as outstanding.</param>
/// <param name="View">What it was chosen from.</param>
/// <param name="Uri">Where the request was sent.</param>
/// <param name="HostIsOurs">Whether the request's Host header is to be taken away again.</param>
/// <param name="ContentIsOurs">Whether the request's content is to be taken away again.</param>
/// <param name="IsExplained">Whether somebody asked why.</param>
/// <param name="StartedAt">When it was chosen, as a timestamp.</param>
/// <param name="Probe">What the node said when it began: not 0 if it decides whether the instance returns.</param>
internal readonly record struct Attempt(ServiceNode Node, ServiceView View, Uri Uri, bool HostIsOurs, bool ContentIsOurs, bool IsExplained, long StartedAt, int Probe = 0)
{
    /// <summary>Counts the end of an attempt. What the status said outweighs how the body ended.</summary>
    /// <param name="node">The instance.</param>
    /// <param name="view">What it was chosen from.</param>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="error">The exception's type, if there was one.</param>
    /// <param name="failedStatus">The status of the response, if it is one of failure, else 0.</param>
    /// <param name="probe">The attempt's, unless its headers have decided.</param>
    public static void End(ServiceNode node, ServiceView view, RequestOutcome outcome, string? error, int failedStatus, int probe = 0)
    {
        if (failedStatus != 0)
        {
            outcome = RequestOutcome.Failure;
            error = failedStatus.ToString(CultureInfo.InvariantCulture);
        }

        node.End(outcome);
        node.EndProbe(probe, outcome);
        view.Counts.AddAttempt(outcome, error);
    }

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

            if (ContentIsOurs)
            {
                request.Content = null;
            }
        }
        catch (ObjectDisposedException)
        {
            // Somebody disposed the request while it was under way: there is nothing left to restore.
        }
    }

    /// <summary>Whether an inner handler has changed where the request goes, as one does that follows a redirect: the instance may have done it already, so it is not sent again.</summary>
    public bool WasChanged(HttpRequestMessage request) => !ReferenceEquals(request.RequestUri, Uri);

    /// <summary>Whether an inner handler has followed a redirect away from the instance, so that what failed is not this instance.</summary>
    public bool WasRedirected(HttpRequestMessage request)
        => WasChanged(request) && request.RequestUri is { IsAbsoluteUri: true } now && Uri.Compare(now, Uri, UriComponents.HostAndPort, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0;
}
