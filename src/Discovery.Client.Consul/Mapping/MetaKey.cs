using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>
/// Metadata keys as Consul allows them (ASCII letters, digits, <c>_</c> and <c>-</c>): every other character becomes <c>_xHEX_</c> with its Unicode number,
/// an underscore before an <c>x</c> <c>_x5F_</c>, the empty key <c>_x_</c>.
/// </summary>
internal static class MetaKey
{
    public const int MaxLength = 128;

    private const string ConsulPrefix = "consul-";

    /// <param name="key">The key.</param>
    /// <param name="taken">Whether it must not stand as it is because the name means something else here; its first character is then escaped.</param>
    public static string Encode(string key, bool taken = false)
    {
        if (key.Length == 0)
        {
            return "_x_";
        }

        var result = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            var c = key[i];
            var first = i == 0 && (taken || key.StartsWith(ConsulPrefix, StringComparison.Ordinal));
            if (!first && (char.IsAsciiLetterOrDigit(c) || c == '-' || (c == '_' && !(i + 1 < key.Length && key[i + 1] == 'x'))))
            {
                result.Append(c);
                continue;
            }

            var number = (int)c;
            if (char.IsHighSurrogate(c) && i + 1 < key.Length && char.IsLowSurrogate(key[i + 1]))
            {
                number = char.ConvertToUtf32(c, key[++i]);
            }

            result.Append("_x").Append(number.ToString("X", CultureInfo.InvariantCulture)).Append('_');
        }

        return result.ToString();
    }

    public static string Decode(string wire)
    {
        if (!wire.Contains("_x", StringComparison.Ordinal))
        {
            return wire;
        }

        var result = new StringBuilder(wire.Length);
        for (var i = 0; i < wire.Length; i++)
        {
            if (wire[i] == '_' && TryReadGroup(wire, i, out var text, out var length))
            {
                result.Append(text);
                i += length - 1;
            }
            else
            {
                result.Append(wire[i]);
            }
        }

        return result.ToString();
    }

    private static bool TryReadGroup(string text, int at, out string decoded, out int length)
    {
        (decoded, length) = ("", 0);
        if (at + 2 >= text.Length || text[at + 1] != 'x')
        {
            return false;
        }

        var end = text.IndexOf('_', at + 2);
        var digits = end < 0 ? default : text.AsSpan(at + 2, end - at - 2);
        if (end < 0 || digits.Length > 6)
        {
            return false;
        }

        var number = 0;
        if (digits.Length > 0 && (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) || number > 0x10FFFF))
        {
            return false;
        }

        decoded = digits.Length == 0 ? "" : number <= 0xFFFF ? ((char)number).ToString() : char.ConvertFromUtf32(number);
        length = end - at + 1;
        return true;
    }
}
