using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Http;

/// <summary>Answers as a test says and remembers what it was asked: for what no real server says on demand.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly PortLease _port = PortLease.Take();

    /// <param name="answer">The answer to a request, which is the method, the path with its query, the body and the headers.</param>
    public ScriptedServer(Func<Asked, (int Status, string Body)> answer)
    {
        Address = new Uri($"http://127.0.0.1:{_port.Port}");
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public Uri Address { get; }

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public void Dispose()
    {
        _listener.Close();
        _port.Dispose();
    }

    private async Task ServeAsync(Func<Asked, (int Status, string Body)> answer)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var asked = new Asked($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}", context.Request.Url.Query, await reader.ReadToEndAsync(), context.Request.Headers["Authorization"]);
                Requests.Enqueue(asked);
                var (status, body) = answer(asked);
                context.Response.StatusCode = status;

                // In chunks an empty body would end twice, and the second end stand before the next answer.
                var bytes = Encoding.UTF8.GetBytes(body);
                context.Response.ContentLength64 = bytes.Length;
                await context.Response.OutputStream.WriteAsync(bytes);
                context.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    internal sealed record Asked(string What, string Query, string Body, string? Authorization);
}
