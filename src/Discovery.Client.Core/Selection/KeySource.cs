using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>Finds the key of a request in its headers.</summary>
internal sealed record KeySource(string? Header, string? Cookie)
{
    /// <summary>Null where no source is configured, so that a request costs nothing.</summary>
    public static KeySource? Of(KeyOptions options) => options is { Header: null, Cookie: null } ? null : new(options.Header, options.Cookie);

    public ulong? Find(in RequestHeaders headers)
    {
        var text = Header is null ? null : headers.Find(Header);
        text ??= Cookie is null ? null : headers.FindCookie(Cookie);
        return string.IsNullOrEmpty(text) ? null : XxHash64.Hash(text);
    }
}
