using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>
/// Service names as Consul holds them: as they are, but for what a URL's path would lose (agents redirect <c>a//b</c> to <c>a/b</c> and refuse characters that do not print).
/// These become <c>~</c> and two digits a UTF-8 byte, as does a <c>~</c> that could be mistaken for the beginning of one.
/// </summary>
internal static class WireName
{
    public static string Encode(string name)
    {
        var result = new StringBuilder(name.Length);
        var escaped = false;
        var at = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (NeedsEscape(name, at, rune))
            {
                escaped = true;
                foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    result.Append('~').Append(value.ToString("x2", CultureInfo.InvariantCulture));
                }
            }
            else
            {
                result.Append(name, at, rune.Utf16SequenceLength);
            }

            at += rune.Utf16SequenceLength;
        }

        return escaped ? result.ToString() : name;
    }

    /// <summary>The name that is written so. What <see cref="Encode"/> would not have written is a foreign name and stays as it is.</summary>
    public static string Decode(string wire)
    {
        if (!wire.Contains('~', StringComparison.Ordinal))
        {
            return wire;
        }

        var bytes = new List<byte>(wire.Length);
        var encoded = Encoding.UTF8.GetBytes(wire);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '~' && i + 2 < encoded.Length && IsDigit((char)encoded[i + 1]) && IsDigit((char)encoded[i + 2]))
            {
                bytes.Add(byte.Parse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add(encoded[i]);
            }
        }

        var name = Encoding.UTF8.GetString([.. bytes]);
        return Encode(name) == wire ? name : wire;
    }

    private static bool NeedsEscape(string name, int at, Rune rune) => rune.Value switch
    {
        '~' => at + 2 < name.Length && IsDigit(name[at + 1]) && IsDigit(name[at + 2]),
        '/' => at == 0 || at == name.Length - 1 || name[at - 1] == '/',
        '.' => IsDotSegment(name, at),
        ' ' => false,
        _ => !Prints(rune),
    };

    /// <summary>Go's idea of it, which Consul's check of paths follows: letters, marks, numbers, punctuation and symbols.</summary>
    private static bool Prints(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsDigit(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f');

    private static bool IsDotSegment(string name, int at)
    {
        var from = name.LastIndexOf('/', at) + 1;
        var to = name.IndexOf('/', at);
        return name.AsSpan(from, (to < 0 ? name.Length : to) - from) is "." or "..";
    }
}
