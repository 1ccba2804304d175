using Discovery.Client.Nacos;
using Discovery.Client.Nacos.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace Discovery.Client.Benchmarks;

/// <summary>The protocol of Nacos and nothing else: one connection that registers, or subscribes and reads what is pushed.</summary>
internal sealed class BareNacos : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly AsyncDuplexStreamingCall<Payload, Payload> _stream;

    private BareNacos(Uri endpoint)
    {
        _channel = GrpcChannel.ForAddress(new UriBuilder(endpoint) { Port = endpoint.Port + 1000 }.Uri);
        _invoker = _channel.CreateCallInvoker();
        _stream = _invoker.AsyncDuplexStreamingCall(NacosMethods.Stream, null, new CallOptions());
    }

    /// <summary>Connects, and returns when the server has taken notice.</summary>
    public static async Task<BareNacos> OpenAsync(Uri endpoint)
    {
        var bare = new BareNacos(endpoint);
        await bare._stream.RequestStream.WriteAsync(Payloads.Write("ConnectionSetupRequest", new ConnectionSetupRequest { Tenant = "public" }, GrpcJsonContext.Default.ConnectionSetupRequest));
        while (await bare.HealthAsync() != 200)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        _ = bare.StayAsync();
        return bare;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _channel.Dispose();
    }

    public Task RegisterAsync(string service, NacosInstance instance)
        => AskAsync("InstanceRequest", Payloads.Write("InstanceRequest", new InstanceRequest { Namespace = "public", GroupName = "DEFAULT_GROUP", ServiceName = service, Type = "registerInstance", Instance = instance }, GrpcJsonContext.Default.InstanceRequest));

    public Task SubscribeAsync(string service)
        => AskAsync("SubscribeServiceRequest", Payloads.Write("SubscribeServiceRequest", new SubscribeServiceRequest { Namespace = "public", GroupName = "DEFAULT_GROUP", ServiceName = service, Subscribe = true }, GrpcJsonContext.Default.SubscribeServiceRequest));

    /// <summary>Answers what the server asks, and gives each list that it pushes, parsed.</summary>
    public async Task ReadAsync(Action<NacosServiceInfo> pushed)
    {
        while (await _stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            var payload = _stream.ResponseStream.Current;
            var request = Payloads.Read(payload, GrpcJsonContext.Default.ServerRequest);
            if (request.ServiceInfo is { } list)
            {
                pushed(list);
            }

            var type = payload.Metadata.Type.Replace("Request", "Response", StringComparison.Ordinal);
            await _stream.RequestStream.WriteAsync(Payloads.Write(type, new ServerRequestAnswer { RequestId = request.RequestId }, GrpcJsonContext.Default.ServerRequestAnswer));
        }
    }

    private async Task AskAsync(string what, Payload request)
    {
        using var call = _invoker.AsyncUnaryCall(NacosMethods.Request, null, new CallOptions(), request);
        var answer = Payloads.Read(await call.ResponseAsync, GrpcJsonContext.Default.NacosResponse);
        if (answer.ResultCode != 200)
        {
            throw new InvalidOperationException($"{what}: {answer.ErrorCode} {answer.Message}");
        }
    }

    private async Task<int> HealthAsync()
    {
        using var call = _invoker.AsyncUnaryCall(NacosMethods.Request, null, new CallOptions(), Payloads.Write("HealthCheckRequest", new EmptyRequest(), GrpcJsonContext.Default.EmptyRequest));
        return Payloads.Read(await call.ResponseAsync, GrpcJsonContext.Default.NacosResponse).ResultCode;
    }

    private async Task StayAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(5));
                await HealthAsync();
            }
        }
        catch (Exception error) when (error is RpcException or ObjectDisposedException)
        {
            // The run is over.
        }
    }
}
