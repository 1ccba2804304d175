using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>An agent that answers what a test tells it, for what a real one would not do on demand.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, int, string?> _answer;
    private readonly CancellationTokenSource _stop = new();
    private int _count;
    private int _connections;
    private int _hangups;

    /// <param name="answer">Gets the request line and its number, returns the answer as it goes over the wire; null: none, the connection stays open; empty: none, it is closed.</param>
    public ScriptedAgent(Func<string, int, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What it says when it is asked who has an id; null: nobody.</summary>
    public string? Registered { get; set; }

    /// <summary>Whether it closes each connection after one answer without having said so.</summary>
    public bool ClosesAfterAnswer { get; init; }

    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>How many connections were opened to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>All header lines of all requests.</summary>
    public ConcurrentQueue<string> Headers { get; } = [];

    /// <summary>How many connections the client closed while it was owed an answer.</summary>
    public int Hangups => Volatile.Read(ref _hangups);

    public static string Ok(string body, ulong? index = null, string more = "")
        => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{(index is null ? "" : $"X-Consul-Index: {index}\r\n")}{more}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static string Error(int status, string body, string more = "") => $"HTTP/1.1 {status} x\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}";

    public static string List(params string[] ids)
        => $"[{string.Join(',', ids.Select(id => $$"""{ "Node": { "Node": "n", "Address": "10.0.0.1" }, "Service": { "ID": "{{id}}", "Service": "s", "Port": 1, "ModifyIndex": {{id.Length}} } }"""))}]";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
                {
                    var body = 0;
                    while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                    {
                        Headers.Enqueue(header);
                        body = header.StartsWith("Content-Length:", StringComparison.Ordinal) ? int.Parse(header[15..], CultureInfo.InvariantCulture) : body;
                    }

                    if (body > 0)
                    {
                        await reader.ReadBlockAsync(new char[body], _stop.Token);
                    }

                    // The question whether an id is taken goes before every registration and deregistration; scripts are about what follows.
                    if (line.Contains("/v1/agent/service/", StringComparison.Ordinal) && line.StartsWith("GET", StringComparison.Ordinal))
                    {
                        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Registered is null ? Error(404, "unknown service ID") : Ok(Registered)), _stop.Token);
                        continue;
                    }

                    Requests.Enqueue(line);
                    var answer = _answer(line, Interlocked.Increment(ref _count));
                    if (answer is null)
                    {
                        await reader.ReadToEndAsync(_stop.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                        Interlocked.Increment(ref _hangups);
                        return;
                    }

                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
                    if (answer.Contains("Connection: close", StringComparison.Ordinal) || answer.Length == 0 || ClosesAfterAnswer)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }
}
