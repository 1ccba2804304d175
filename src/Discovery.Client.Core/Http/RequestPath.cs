using System.Buffers;

namespace Discovery.Client.Http;

/// <summary>
/// The path and query of a URI, read from what the caller wrote where that is what is sent: nearly always. <see cref="Uri"/> finds out where a URI's parts are when the first is asked for, and copies each it is asked for,
/// which is most of what a request costs whose URI was made for it.
/// </summary>
internal static class RequestPath
{
    // What no URI, in no part of it, escapes, unescapes, or reads as anything else; but for dots behind a slash.
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~/?=&.,:;+!$*()");

    /// <summary>Whether the path and query can be told from the text of an absolute URI: it has no user info then, no fragment, and nothing to escape.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="path">The path and query, which begins with a slash.</param>
    public static bool TryRead(Uri uri, out ReadOnlySpan<char> path)
    {
        var text = uri.OriginalString.AsSpan();
        var authority = uri.Scheme.Length + Uri.SchemeDelimiter.Length;
        if (text.Length > authority && text[..authority].EndsWith(Uri.SchemeDelimiter) && !text[authority..].ContainsAnyExcept(Plain)
            && text[authority..].IndexOfAny('/', '?') is > 0 and var end && text[authority + end] == '/' && !text[(authority + end)..].Contains("/.", StringComparison.Ordinal))
        {
            path = text[(authority + end)..];
            return true;
        }

        path = default;
        return false;
    }
}
