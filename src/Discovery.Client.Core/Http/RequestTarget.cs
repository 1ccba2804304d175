using System.Buffers;

namespace Discovery.Client.Http;

/// <summary>An address that requests go to: everything of the URI that stands before the request's own path, without a slash at the end. Made once per instance.</summary>
internal static class RequestTarget
{
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("?#\\ ");

    // The caller's URI is canonical already, or not on purpose: a second time could only change it.
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The address of an instance; null if what it says is not one.</summary>
    public static string? Create(string scheme, string host, int port, string? pathPrefix)
    {
        var path = pathPrefix?.TrimEnd('/') ?? "";
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || port is < 1 or > ushort.MaxValue || path.AsSpan().ContainsAny(Unsafe))
        {
            return null;
        }

        var authority = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        return $"{scheme}://{authority}:{port}{(path.Length == 0 || path.StartsWith('/') ? "" : "/")}{path}";
    }

    /// <summary>The URI of a request there: the path and query of the original byte for byte, its user info if it has one, no fragment (it is never sent).</summary>
    public static Uri UriOf(string target, Uri original)
    {
        // Never new Uri(base, path): a path that begins with two slashes would name another host.
        var path = original.PathAndQuery;
        var prefix = original.OriginalString.Contains('@', StringComparison.Ordinal) ? WithUserInfo(target, original.UserInfo) : target;
        return new Uri(path.StartsWith('/') ? string.Concat(prefix, path) : string.Concat(prefix, "/", path), AsItIs);
    }

    private static string WithUserInfo(string target, string userInfo)
        => userInfo.Length == 0 ? target : target.Insert(target.IndexOf("://", StringComparison.Ordinal) + 3, userInfo + "@");
}
