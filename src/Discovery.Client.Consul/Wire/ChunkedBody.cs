using System.Globalization;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>A body in chunks, each after its length.</summary>
internal static class ChunkedBody
{
    /// <summary>Takes the chunks apart.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="body">What the chunks hold together.</param>
    /// <returns>How long it is on the wire, trailers included; null: it is not whole yet.</returns>
    /// <exception cref="IOException">These are no chunks.</exception>
    public static int? Read(ReadOnlySpan<byte> bytes, out byte[] body)
    {
        var (result, at) = (new List<byte>(bytes.Length), 0);
        body = [];
        while (Line(bytes, ref at) is { } line)
        {
            if (!int.TryParse(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0)
            {
                throw new IOException("The answer's chunks cannot be read.");
            }

            if (length == 0)
            {
                body = [.. result];
                return EndOfTrailers(bytes, at);
            }

            if (bytes.Length - at < length + 2L)
            {
                return null;
            }

            result.AddRange(bytes.Slice(at, length));
            at += length;
            if (Line(bytes, ref at) != "")
            {
                throw new IOException("The answer's chunks cannot be read.");
            }
        }

        return null;
    }

    private static int? EndOfTrailers(ReadOnlySpan<byte> bytes, int at)
    {
        while (Line(bytes, ref at) is { } line)
        {
            if (line.Length == 0)
            {
                return at;
            }
        }

        return null;
    }

    private static string? Line(ReadOnlySpan<byte> bytes, ref int at)
    {
        var end = bytes[at..].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var line = Encoding.ASCII.GetString(bytes.Slice(at, end));
        at += end + 2;
        return line;
    }
}
