namespace Discovery.Client.Benchmarks;

/// <summary>Stands where the sockets would be: reads of the URI what SocketsHttpHandler reads, and answers at once or when it is told to.</summary>
internal sealed class StubTransport(Answer answer) : HttpMessageHandler
{
    private static readonly byte[] Body = new byte[128];

    private static TaskCompletionSource<HttpResponseMessage>? _pending;

    public static int Read { get; private set; }

    /// <summary>Completes the request that was sent last, if one waits, and all that waits for it.</summary>
    public static void AnswerNow() => Interlocked.Exchange(ref _pending, null)?.SetResult(Response(Answer.Content));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        if (uri.Host.Length + uri.Port + uri.PathAndQuery.Length == 0)
        {
            Read++;
        }

        if (answer == Answer.Later)
        {
            var pending = new TaskCompletionSource<HttpResponseMessage>();
            Volatile.Write(ref _pending, pending);
            return pending.Task;
        }

        return Task.FromResult(Response(answer));
    }

    private static HttpResponseMessage Response(Answer answer)
    {
        var response = new HttpResponseMessage();
        if (answer != Answer.NoContent)
        {
            // As the wire has them: not parsed.
            response.Content = new ByteArrayContent(Body);
            response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            response.Content.Headers.TryAddWithoutValidation("Content-Length", "128");
        }

        return response;
    }
}
