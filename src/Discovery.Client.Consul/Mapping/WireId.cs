using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>
/// The ids of our instances on Consul, where an id belongs to an agent, not to a service, and the catalog ignores its case:
/// <c>service:instance</c>, both lower-case ASCII letters, digits and <c>. _ -</c> (the instance <c>:</c> too), everything else as <c>~</c> and two digits a UTF-8 byte.
/// </summary>
internal static class WireId
{
    public static string Encode(string serviceName, string instanceId)
    {
        var result = new StringBuilder();
        Append(result, serviceName, colon: false);
        result.Append(':');
        Append(result, instanceId, colon: true);
        return result.ToString();
    }

    /// <summary>The instance id in it, or null if it is not one that <see cref="Encode"/> writes for this service.</summary>
    public static string? Decode(string serviceName, string id)
    {
        var prefix = new StringBuilder();
        Append(prefix, serviceName, colon: false);
        prefix.Append(':');
        if (!id.StartsWith(prefix.ToString(), StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new List<byte>(id.Length);
        for (var i = prefix.Length; i < id.Length; i++)
        {
            if (id[i] != '~')
            {
                bytes.Add((byte)id[i]);
            }
            else if (i + 2 < id.Length && byte.TryParse(id.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        var instance = Encoding.UTF8.GetString([.. bytes]);
        return Encode(serviceName, instance) == id ? instance : null;
    }

    private static void Append(StringBuilder result, string text, bool colon)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)value;
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' || (colon && c == ':'))
            {
                result.Append(c);
            }
            else
            {
                result.Append('~').Append(value.ToString("x2", CultureInfo.InvariantCulture));
            }
        }
    }
}
