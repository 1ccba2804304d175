using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>Where things stand: <c>{prefix}{service}/{instance id}</c>, names with <c>%</c> and <c>/</c> written as <c>%25</c> and <c>%2F</c>.</summary>
internal sealed class KeyLayout(string prefix)
{
    private readonly int _prefixLength = System.Text.Encoding.UTF8.GetByteCount(prefix);

    /// <summary>The keys of all services.</summary>
    public KeyRange All { get; } = KeyRange.Below(prefix);

    public KeyRange Service(string service) => KeyRange.Below(prefix + Escape(service) + "/");

    public ByteString Instance(string service, string id) => ByteString.CopyFromUtf8(prefix + Escape(service) + "/" + Escape(id));

    /// <summary>Reads a key below the prefix.</summary>
    /// <returns>False: it has another shape, or its names are not ones that are written so.</returns>
    public bool TryRead(ByteString key, [NotNullWhen(true)] out string? service, [NotNullWhen(true)] out string? id)
    {
        (service, id) = (null, null);
        if (!TryDecode(key.Span[_prefixLength..], out var text))
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        (service, id) = slash < 0 ? (null, null) : (Unescape(text[..slash]), Unescape(text[(slash + 1)..]));
        return service is not null && id is not null;
    }

    // Bytes that are no text would become the same replacement character, and several keys one name.
    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        var isText = System.Text.Unicode.Utf8.IsValid(bytes);
        text = isText ? System.Text.Encoding.UTF8.GetString(bytes) : "";
        return isText;
    }

    private static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static string? Unescape(string text)
    {
        if (!text.AsSpan().ContainsAny('%', '/'))
        {
            return text;
        }

        var name = text.Replace("%2F", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
        return Escape(name) == text ? name : null;
    }
}

/// <summary>The keys from one to before another.</summary>
internal readonly record struct KeyRange(ByteString Key, ByteString End)
{
    public static KeyRange Below(string prefix)
    {
        // A prefix ends with a slash, so that its last byte plus one is no carry.
        var (key, end) = (System.Text.Encoding.UTF8.GetBytes(prefix), System.Text.Encoding.UTF8.GetBytes(prefix));
        end[^1]++;
        return new(ByteString.CopyFrom(key), ByteString.CopyFrom(end));
    }
}
