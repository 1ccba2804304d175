using System.Net;

namespace Discovery.Client.Http;

internal static class ResponseBody
{
    // What a response has that was never given a content.
    private static readonly Type None = new HttpResponseMessage().Content.GetType();

    /// <summary>Whether a response can have a body (RFC 9110, section 6.4.1).</summary>
    public static bool IsExpected(HttpRequestMessage request, HttpResponseMessage response)
        => response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified)
            && request.Method != HttpMethod.Head
            && response.Content.GetType() != None;
}
