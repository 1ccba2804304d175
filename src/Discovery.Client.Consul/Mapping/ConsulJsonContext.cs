using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discovery.Client.Consul;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(HealthEntry))]
[JsonSerializable(typeof(HealthEntry.ServicePart))]
[JsonSerializable(typeof(RegistrationBody))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, EndpointBody>))]
internal sealed partial class ConsulJsonContext : JsonSerializerContext
{
    /// <summary>For text inside metadata values, where an escape of six characters would cost space.</summary>
    public static ConsulJsonContext Relaxed { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
