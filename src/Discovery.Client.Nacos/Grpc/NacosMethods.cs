using Google.Protobuf;
using Grpc.Core;

namespace Discovery.Client.Nacos;

/// <summary>The two calls there are. Everything else is in the messages.</summary>
internal static class NacosMethods
{
    private static readonly Marshaller<Wire.Payload> Payloads = Marshallers.Create(
        static (payload, context) =>
        {
            context.SetPayloadLength(payload.CalculateSize());
            payload.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        static context => Wire.Payload.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));

    public static Method<Wire.Payload, Wire.Payload> Request { get; } = new(MethodType.Unary, "Request", "request", Payloads, Payloads);

    public static Method<Wire.Payload, Wire.Payload> Stream { get; } = new(MethodType.DuplexStreaming, "BiRequestStream", "requestBiStream", Payloads, Payloads);
}
