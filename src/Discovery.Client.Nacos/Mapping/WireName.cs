using System.Globalization;
using System.Text;

namespace Discovery.Client.Nacos;

/// <summary>
/// Service names as Nacos holds them: as they are, but for what it refuses. White space, an <c>@</c> at either end or beside another, and a <c>~</c> that could be mistaken become
/// <c>~</c> and two digits a UTF-8 byte. A Chinese character of the range Nacos refuses goes to the private plane 15, so that a name of 200 still fits into its 512.
/// </summary>
internal static class WireName
{
    private const int Plane = 0xF0000;
    private const int FirstRefused = 0x4E00;
    private const int LastRefused = 0x9FA5;

    public static string Encode(string name)
    {
        var result = new StringBuilder(name.Length);
        var at = 0;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is >= FirstRefused and <= LastRefused)
            {
                result.Append(new Rune(Plane + rune.Value).ToString());
            }
            else if (NeedsEscape(name, at, rune))
            {
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

        return result.ToString();
    }

    /// <summary>The name that is written so. What <see cref="Encode"/> would not have written is a foreign name and stays as it is.</summary>
    public static string Decode(string wire)
    {
        var bytes = new List<byte>(wire.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < wire.Length;)
        {
            if (wire[i] == '~' && i + 2 < wire.Length && byte.TryParse(wire.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 3;
                continue;
            }

            if (!Rune.TryGetRuneAt(wire, i, out var rune))
            {
                return wire;
            }

            i += rune.Utf16SequenceLength;
            rune = IsMoved(rune) ? new Rune(rune.Value - Plane) : rune;
            bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
        }

        var name = Encoding.UTF8.GetString([.. bytes]);
        return Encode(name) == wire ? name : wire;
    }

    private static bool NeedsEscape(string name, int at, Rune rune) => rune.Value switch
    {
        '~' => at + 2 < name.Length && char.IsAsciiHexDigit(name[at + 1]) && char.IsAsciiHexDigit(name[at + 2]),
        '@' => at == 0 || at == name.Length - 1 || name[at - 1] == '@' || name[at + 1] == '@',
        _ => IsMoved(rune) || Rune.IsWhiteSpace(rune),
    };

    private static bool IsMoved(Rune rune) => rune.Value is >= Plane + FirstRefused and <= Plane + LastRefused;
}
