using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>
/// Service names as Consul holds them: as they are, but for the slashes and dots that a URL's path would lose (agents redirect <c>a//b</c> to <c>a/b</c>);
/// these become <c>~2f</c> and <c>~2e</c>, and a <c>~</c> that could be mistaken for one becomes <c>~7e</c>.
/// </summary>
internal static class WireName
{
    public static string Encode(string name)
    {
        if (!NeedsCare(name))
        {
            return name;
        }

        var result = new StringBuilder(name.Length + 6);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var escape = c switch
            {
                '~' => IsEscape(name, i),
                '/' => i == 0 || i == name.Length - 1 || name[i - 1] == '/',
                '.' => IsDotSegment(name, i),
                _ => false,
            };
            result = escape ? result.Append('~').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)) : result.Append(c);
        }

        return result.ToString();
    }

    /// <summary>The name that is written so. What <see cref="Encode"/> would not have written is a foreign name and stays as it is.</summary>
    public static string Decode(string wire)
    {
        if (!wire.Contains('~', StringComparison.Ordinal))
        {
            return wire;
        }

        var result = new StringBuilder(wire.Length);
        for (var i = 0; i < wire.Length; i++)
        {
            if (wire[i] == '~' && IsEscape(wire, i))
            {
                result.Append((char)int.Parse(wire.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                result.Append(wire[i]);
            }
        }

        var name = result.ToString();
        return Encode(name) == wire ? name : wire;
    }

    private static bool NeedsCare(string name)
        => name.AsSpan().ContainsAny('~', '.', '/')
            && (name.Contains('~', StringComparison.Ordinal) || name[0] == '/' || name[^1] == '/' || name.Contains("//", StringComparison.Ordinal)
                || name.Split('/').Any(segment => segment is "." or ".."));

    private static bool IsEscape(string name, int at)
        => at + 2 < name.Length && name.AsSpan(at + 1, 2) is "2f" or "2e" or "7e";

    private static bool IsDotSegment(string name, int at)
    {
        var from = name.LastIndexOf('/', at) + 1;
        var to = name.IndexOf('/', at);
        return name.AsSpan(from, (to < 0 ? name.Length : to) - from) is "." or "..";
    }
}
