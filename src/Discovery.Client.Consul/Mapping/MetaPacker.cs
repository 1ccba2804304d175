using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>
/// Fits pairs into Consul's limits: 64 of them, keys up to 128 and values up to 512 bytes. What does not fit goes as one JSON object, cut into pieces,
/// into <c>discovery-client-more-0</c>, <c>-1</c>, …
/// </summary>
internal static class MetaPacker
{
    public const int MaxPairs = 64;

    public const int MaxValueBytes = 512;

    private const string More = MetaNames.Prefix + "-more-";

    /// <param name="own">Pairs of this adapter; they go into the overflow only when they are too long.</param>
    /// <param name="user">Pairs of the user, keys already encoded.</param>
    /// <exception cref="RegistryException">It is more than Consul can hold. Not transient.</exception>
    public static Dictionary<string, string> Pack(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> user)
    {
        foreach (var (key, value) in own.Concat(user))
        {
            if (!IsUnicode(value))
            {
                throw new RegistryException($"Consul cannot hold the metadata '{key}': its value is not valid Unicode.", isTransient: false);
            }
        }

        return TryPack(own, user, plain: true) ?? TryPack(own, user, plain: false)
            ?? throw new RegistryException(
                $"Consul cannot hold this metadata: it allows {MaxPairs} values of {MaxValueBytes} bytes for an instance, and {own.Concat(user).Sum(pair => pair.Key.Length + Encoding.UTF8.GetByteCount(pair.Value))} bytes are to be stored.",
                isTransient: false);
    }

    /// <summary>Puts what stands in the overflow back among the other pairs.</summary>
    /// <exception cref="JsonException">A piece is missing or changed.</exception>
    public static Dictionary<string, string> Unpack(IReadOnlyDictionary<string, string> wire)
    {
        var result = new Dictionary<string, string>(wire.Where(pair => !pair.Key.StartsWith(More, StringComparison.Ordinal)), StringComparer.Ordinal);
        if (result.Count == wire.Count)
        {
            return result;
        }

        var text = new StringBuilder();
        for (var i = 0; wire.TryGetValue(MoreKey(i), out var piece); i++)
        {
            text.Append(piece);
        }

        foreach (var (key, value) in JsonSerializer.Deserialize(text.ToString(), ConsulJsonContext.Default.DictionaryStringString) ?? [])
        {
            result[key] = value;
        }

        return result;
    }

    private static Dictionary<string, string>? TryPack(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> user, bool plain)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in own)
        {
            (Fits(key, value) ? result : rest).Add(key, value);
        }

        foreach (var (key, value) in user)
        {
            (plain && Fits(key, value) ? result : rest).Add(key, value);
        }

        var pieces = rest.Count == 0 ? [] : Cut(JsonSerializer.Serialize(rest, ConsulJsonContext.Relaxed.DictionaryStringString));
        for (var i = 0; i < pieces.Count; i++)
        {
            result.Add(MoreKey(i), pieces[i]);
        }

        return result.Count <= MaxPairs ? result : null;
    }

    private static bool Fits(string key, string value) => key.Length <= MetaKey.MaxLength && Encoding.UTF8.GetByteCount(value) <= MaxValueBytes;

    private static List<string> Cut(string text)
    {
        var (pieces, piece, bytes) = (new List<string>(), new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MaxValueBytes)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
                bytes = 0;
            }

            piece.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        pieces.Add(piece.ToString());
        return pieces;
    }

    private static string MoreKey(int piece) => More + piece.ToString(CultureInfo.InvariantCulture);

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
