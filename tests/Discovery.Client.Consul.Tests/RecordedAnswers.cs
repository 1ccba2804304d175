namespace Discovery.Client.Consul.Tests;

/// <summary>An answer of a real agent of version 1.8.7, as it was recorded.</summary>
/// <param name="Request">Its method, path and query.</param>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Those of its header lines that were recorded.</param>
/// <param name="Body">Its body, of which a long one was cut.</param>
internal sealed record RecordedAnswer(string Request, int Status, IReadOnlyList<string> Headers, string Body)
{
    /// <summary>How it goes over the wire.</summary>
    public string OnTheWire
        => $"HTTP/1.1 {Status} x\r\n{string.Concat(Headers.Where(line => !line.StartsWith("Transfer-Encoding", StringComparison.Ordinal)).Select(line => line + "\r\n"))}Content-Length: {System.Text.Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}";
}

/// <summary>Reads the recordings. A line of one looks like <c>&gt;&gt; GET port/path</c>, then comes the answer as <c>curl -i</c> shows it, then its duration.</summary>
internal static class RecordedAnswers
{
    public static IReadOnlyList<RecordedAnswer> Read(string name)
    {
        // Requests that were under way beside others have a mark before each of their lines.
        var result = new List<RecordedAnswer>();
        foreach (var conversation in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "recorded", name)).Select(Split).GroupBy(line => line.Mark, line => line.Text))
        {
            string? request = null;
            using var lines = conversation.GetEnumerator();
            while (lines.MoveNext())
            {
                if (lines.Current.StartsWith(">> ", StringComparison.Ordinal))
                {
                    var words = lines.Current.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    request = $"{words[1]} {words[2][words[2].IndexOf('/', StringComparison.Ordinal)..]}";
                }
                else if (request is not null && lines.Current.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                {
                    var status = int.Parse(lines.Current.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
                    var headers = Until(lines, line => line.Length == 0);
                    var body = Until(lines, line => line.StartsWith("   -- ", StringComparison.Ordinal));
                    result.Add(new(request, status, headers, string.Join('\n', body).Trim()));
                    request = null;
                }
            }
        }

        return result;
    }

    private static (string Mark, string Text) Split(string line)
        => line.StartsWith("[blocked ", StringComparison.Ordinal) && line.IndexOf(']', StringComparison.Ordinal) is var end and > 0 ? (line[..end], line.Length > end + 1 ? line[(end + 2)..] : "") : ("", line);

    private static List<string> Until(IEnumerator<string> lines, Func<string, bool> isEnd)
    {
        var result = new List<string>();
        while (lines.MoveNext() && !isEnd(lines.Current))
        {
            result.Add(lines.Current);
        }

        return result;
    }
}
