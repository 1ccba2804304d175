using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Discovery.Client.Nacos;

/// <summary>Puts JSON documents into the messages of the wire and takes them out. Pure.</summary>
internal static class Payloads
{
    public static Wire.Payload Write<T>(string type, T body, JsonTypeInfo<T> json, IReadOnlyDictionary<string, string>? headers = null, string clientIp = "")
    {
        var metadata = new Wire.Metadata { Type = type, ClientIp = clientIp };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
        {
            metadata.Headers.Add(name, value);
        }

        return new() { Metadata = metadata, Body = new Any { Value = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(body, json)) } };
    }

    /// <exception cref="JsonException">It is no such document.</exception>
    public static T Read<T>(Wire.Payload payload, JsonTypeInfo<T> json)
        where T : class
        => JsonSerializer.Deserialize((payload.Body?.Value ?? ByteString.Empty).Span, json) ?? throw new JsonException("The body is null.");
}
