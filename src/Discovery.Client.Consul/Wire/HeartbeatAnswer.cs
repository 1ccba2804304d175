using System.Globalization;
using System.Net;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>Puts an HTTP/1.1 answer together from the bytes as they come. Knows Content-Length; an answer without ends with its connection.</summary>
internal sealed class HeartbeatAnswer
{
    private readonly List<byte> _bytes = new(512);
    private int _bodyStart = -1;
    private int? _length;
    private HttpStatusCode _status;

    public int Length => _bytes.Count;

    public bool KeepsAlive { get; private set; }

    public bool IsComplete => _bodyStart >= 0 && _length is { } length && _bytes.Count - _bodyStart >= length;

    public (HttpStatusCode Status, string Body) Result => (_status, Encoding.UTF8.GetString([.. _bytes.Skip(_bodyStart)]));

    /// <exception cref="IOException">This is no HTTP.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        if (_bodyStart < 0)
        {
            var all = _bytes.ToArray();
            var end = all.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                _bodyStart = end + 4;
                ReadHead(Encoding.ASCII.GetString(all, 0, end).Split("\r\n"));
            }
        }
    }

    /// <summary>The connection has ended: that is the answer's end, or it is cut off.</summary>
    /// <exception cref="IOException">It is cut off.</exception>
    public (HttpStatusCode Status, string Body) EndOfStream()
        => _bodyStart >= 0 && _length is null ? Result : throw new IOException("The connection was closed before the answer was complete.");

    private void ReadHead(string[] lines)
    {
        var parts = lines[0].Split(' ', 3);
        if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("The answer is not HTTP/1.1.");
        }

        _status = (HttpStatusCode)status;
        KeepsAlive = parts[0] == "HTTP/1.1";
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                _length = length;
            }
            else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase) && value.Equals("close", StringComparison.OrdinalIgnoreCase))
            {
                KeepsAlive = false;
            }
        }

        KeepsAlive &= _length is not null;
    }
}
