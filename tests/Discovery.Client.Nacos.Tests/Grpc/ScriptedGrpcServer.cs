using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using Discovery.Client.Servers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>Speaks Nacos's protocol as a test says: for what no real server says on demand.</summary>
internal sealed class ScriptedGrpcServer : IAsyncDisposable
{
    public const string Fine = """{"resultCode":200,"errorCode":0,"success":true}""";
    public const string EmptyList = """{"resultCode":200,"errorCode":0,"success":true,"serviceInfo":{"name":"orders","groupName":"DEFAULT_GROUP","hosts":[]}}""";

    private readonly PortLease _port = PortLease.Take();
    private readonly WebApplication _server;

    private ScriptedGrpcServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenLocalhost(_port.Port, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.MapPost("/Request/request", AnswerAsync);
        _server.MapPost("/BiRequestStream/requestBiStream", StreamAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{_port.Port}");

    /// <summary>The answer to a request by its type: a document, none at all (null), or an exception that is the call's status.</summary>
    public Func<string, JsonElement, string?> Answers { get; set; } = (_, _) => Fine;

    /// <summary>What is done before a stream is acknowledged.</summary>
    public Func<Client, Task> BeforeAcknowledging { get; set; } = _ => Task.CompletedTask;

    /// <summary>Every request, in order.</summary>
    public ConcurrentQueue<(string Type, JsonElement Body, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = [];

    /// <summary>The streams that were opened, in order.</summary>
    public ConcurrentQueue<Client> Streams { get; } = [];

    public static async Task<ScriptedGrpcServer> StartAsync()
    {
        var server = new ScriptedGrpcServer();
        await server._server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
        _port.Dispose();
    }

    public int Count(string type) => Requests.Count(request => request.Type == type);

    private static async Task<Wire.Payload?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[5];
        if (await stream.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) < 5)
        {
            return null;
        }

        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return Wire.Payload.Parser.ParseFrom(message);
    }

    private static async Task WriteAsync(HttpResponse response, string type, string json)
    {
        var message = new Wire.Payload { Metadata = new() { Type = type }, Body = new Any { Value = ByteString.CopyFromUtf8(json) } }.ToByteArray();
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        await response.Body.WriteAsync(frame);
        await response.Body.FlushAsync();
    }

    private static JsonElement Json(Wire.Payload payload) => JsonSerializer.Deserialize<JsonElement>(payload.Body.Value.Span);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = (await ReadAsync(context.Request.Body, context.RequestAborted))!;
        var type = request.Metadata.Type;
        Requests.Enqueue((type, Json(request), new Dictionary<string, string>(request.Metadata.Headers)));
        context.Response.ContentType = "application/grpc";
        var status = StatusCode.OK;
        try
        {
            if (Answers(type, Json(request)) is not { } answer)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return;
            }

            await WriteAsync(
                context.Response, type.Replace("Request", "Response", StringComparison.Ordinal),
                type == "ServerCheckRequest" && answer == Fine ? $$"""{"resultCode":200,"errorCode":0,"connectionId":"1_127.0.0.1_{{context.Connection.Id}}","supportAbilityNegotiation":true}""" : answer);
        }
        catch (RpcException error)
        {
            status = error.StatusCode;
        }

        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        var client = new Client(context);
        Streams.Enqueue(client);
        try
        {
            while (await ReadAsync(context.Request.Body, context.RequestAborted) is { } payload)
            {
                if (payload.Metadata.Type == "ConnectionSetupRequest")
                {
                    client.Ip = payload.Metadata.ClientIp;
                    await BeforeAcknowledging(client);
                    await client.PushAsync("SetupAckRequest", """{"abilityTable":{}}""");
                }

                client.Said.Enqueue((payload.Metadata.Type, Json(payload)));
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client has gone.
        }

        client.Gone.TrySetResult();
    }

    /// <summary>One connection's stream.</summary>
    internal sealed class Client(HttpContext context)
    {
        /// <summary>What it said its address is.</summary>
        public string Ip { get; set; } = "";

        private readonly SemaphoreSlim _one = new(1);

        /// <summary>What came over it.</summary>
        public ConcurrentQueue<(string Type, JsonElement Body)> Said { get; } = [];

        /// <summary>Completes when the client has gone.</summary>
        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Aborted => context.RequestAborted;

        public async Task PushAsync(string type, string json)
        {
            await _one.WaitAsync();
            try
            {
                await WriteAsync(context.Response, type, json);
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
