using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>Puts an HTTP/1.1 answer together from the bytes as they come. Its end is told by its status, Content-Length or chunks; without these it is the connection's.</summary>
internal sealed class HeartbeatAnswer
{
    private readonly List<byte> _bytes = new(512);
    private int _bodyStart = -1;
    private int? _length;
    private bool _chunked;
    private bool _closes;
    private ConsulAnswer _answer = new(0, []);

    public int Length => _bytes.Count;

    public bool IsComplete { get; private set; }

    public bool KeepsAlive => IsComplete && !_closes;

    public ConsulAnswer Result => IsComplete ? _answer : throw new InvalidOperationException("The answer is not complete.");

    /// <exception cref="IOException">This is no HTTP.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        var all = _bytes.ToArray().AsSpan();
        if (_bodyStart < 0)
        {
            var end = all.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return;
            }

            _bodyStart = end + 4;
            ReadHead(Encoding.ASCII.GetString(all[..end]).Split("\r\n"));
            if ((int)_answer.Status is >= 100 and < 200)
            {
                // An interim answer: the real one follows.
                _bytes.Clear();
                _bodyStart = -1;
                Append(all[(end + 4)..]);
                return;
            }
        }

        var body = all[_bodyStart..];
        if (_chunked)
        {
            Complete(ChunkedBody.Read(body, out var joined), joined, body.Length);
        }
        else if (_length is { } length && body.Length >= length)
        {
            Complete(length, body[..length].ToArray(), body.Length);
        }
    }

    /// <summary>The connection has ended: that is the answer's end, or it is cut off.</summary>
    /// <exception cref="IOException">It is cut off.</exception>
    public ConsulAnswer EndOfStream()
    {
        if (_bodyStart < 0 || _length is not null || _chunked)
        {
            throw new IOException("The connection was closed before the answer was complete.");
        }

        _closes = true;
        Complete(0, [.. _bytes.Skip(_bodyStart)], 0);
        return Result;
    }

    private void Complete(int? length, byte[] body, int received)
    {
        IsComplete = length is not null;

        // What follows an answer belongs to nothing.
        _closes |= received > length;
        _answer = _answer with { Body = body };
    }

    private void ReadHead(string[] lines)
    {
        var parts = lines[0].Split(' ', 3);
        if (parts.Length < 2 || !parts[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("The answer is not HTTP/1.1.");
        }

        _closes = parts[0] != "HTTP/1.1";
        _answer = new ConsulAnswer((HttpStatusCode)status, []);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            ReadHeader(colon < 0 ? line : line[..colon], colon < 0 ? "" : line[(colon + 1)..].Trim());
        }

        // These have no body, whatever their headers say.
        (_length, _chunked) = status is 204 or 304 ? (0, false) : (_chunked ? null : _length, _chunked);
    }

    private void ReadHeader(string name, string value)
    {
        switch (name.ToUpperInvariant())
        {
            case "CONTENT-LENGTH":
                _length = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : _length;
                break;
            case "TRANSFER-ENCODING":
                _chunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
                break;
            case "CONNECTION":
                _closes |= value.Split(',').Any(token => token.Trim().Equals("close", StringComparison.OrdinalIgnoreCase));
                break;
            case "RETRY-AFTER":
                _answer = _answer with { RetryAfter = RetryConditionHeaderValue.TryParse(value, out var after) ? after.Delta : null };
                break;
        }
    }
}
