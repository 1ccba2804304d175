using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discovery.Client.Nacos;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NacosInstance))]
[JsonSerializable(typeof(NacosServiceInfo))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, EndpointBody>))]
internal sealed partial class NacosJsonContext : JsonSerializerContext
{
    /// <summary>For text inside metadata values, where an escape of six characters would cost space.</summary>
    public static NacosJsonContext Relaxed { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}

/// <summary>A named endpoint inside a metadata value.</summary>
internal sealed record EndpointBody
{
    public string? Host { get; init; }

    public int Port { get; init; }

    public string? Scheme { get; init; }

    public string? Path { get; init; }
}
