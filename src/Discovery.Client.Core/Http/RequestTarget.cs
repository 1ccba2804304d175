using System.Buffers;
using System.Runtime.InteropServices;

namespace Discovery.Client.Http;

/// <summary>An address that requests go to. Made once per instance.</summary>
/// <param name="address">Everything of the URI that stands before the request's own path, without a slash at the end.</param>
internal sealed class RequestTarget(string address)
{
    private static readonly SearchValues<char> Unsafe = SearchValues.Create("?#\\ ");

    // The caller's URI is canonical already, or not on purpose: a second time could only change it.
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // Parsing a URI is half of what a call costs, and callers that poll or call one method ask for the same path again and again.
    private Uri? _kept;
    private ulong _keptPrint;
    private ulong _lastPrint;

    /// <summary>The address of an instance; null if what it says is not one.</summary>
    public static string? AddressOf(string scheme, string host, int port, string? pathPrefix)
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
    public Uri UriOf(Uri original)
    {
        if (!RequestPath.TryRead(original, out var path))
        {
            path = original.PathAndQuery;
            if (original.OriginalString.Contains('@', StringComparison.Ordinal) && original.UserInfo is { Length: > 0 } userInfo)
            {
                return Join(address.Insert(address.IndexOf("://", StringComparison.Ordinal) + 3, userInfo + "@"), path);
            }
        }

        // The URI itself is looked at only if it may be the one: with many instances it is in no cache.
        var print = Print(path);
        return print == _keptPrint && _kept is { } kept && IsFor(kept.OriginalString, path) ? kept : MakeAnew(path, print);
    }

    // Any function would do that tells most paths apart.
    private static ulong Print(ReadOnlySpan<char> path)
    {
        var rest = MemoryMarshal.AsBytes(path);
        var print = (ulong)rest.Length;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            print = Mix(print ^ MemoryMarshal.Read<ulong>(rest));
        }

        for (; !rest.IsEmpty; rest = rest[1..])
        {
            print = Mix(print ^ rest[0]);
        }

        return print;
    }

    private static ulong Mix(ulong value) => (value ^ (value >> 32)) * 0x9E37_79B9_7F4A_7C15;

    // Kept from the second time on: what is asked for once is not worth that the collector carries it along.
    private Uri MakeAnew(ReadOnlySpan<char> path, ulong print)
    {
        var uri = Join(address, path);
        if (print == _lastPrint)
        {
            (_kept, _keptPrint) = (uri, print);
        }

        _lastPrint = print;
        return uri;
    }

    private bool IsFor(string uri, ReadOnlySpan<char> path) => uri.Length == address.Length + path.Length && uri.AsSpan(address.Length).SequenceEqual(path);

    // Never new Uri(base, path): a path that begins with two slashes would name another host.
    private static Uri Join(string address, ReadOnlySpan<char> path) => new(path.StartsWith('/') ? string.Concat(address, path) : string.Concat(address, "/", path), AsItIs);
}
