using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>What the server asks on the stream, and the answers, which it waits for by their number.</summary>
internal static class ServerRequests
{
    /// <returns>What is to be sent back; null: nothing.</returns>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public static Wire.Payload? Answer(NacosConnection connection, Wire.Payload payload, TaskCompletionSource acknowledged)
    {
        var request = Payloads.Read(payload, GrpcJsonContext.Default.ServerRequest);
        switch (payload.Metadata?.Type)
        {
            case "SetupAckRequest":
                acknowledged.TrySetResult();
                return null;
            case "NotifySubscriberRequest":
                if (request.ServiceInfo is { } list)
                {
                    connection.Subscriptions.Push(list);
                }

                return Acknowledge("NotifySubscriberResponse", request);
            case "ClientDetectionRequest":
                return Acknowledge("ClientDetectionResponse", request);
            case "ConnectResetRequest":
                connection.OnReset?.Invoke(connection, request);
                return Acknowledge("ConnectResetResponse", request);
            default:
                return Write("ErrorResponse", new() { ResultCode = 500, ErrorCode = 302, RequestId = request.RequestId, Success = false });
        }
    }

    private static Wire.Payload Acknowledge(string type, ServerRequest request) => Write(type, new() { RequestId = request.RequestId });

    private static Wire.Payload Write(string type, ServerRequestAnswer answer) => Payloads.Write(type, answer, GrpcJsonContext.Default.ServerRequestAnswer);
}
