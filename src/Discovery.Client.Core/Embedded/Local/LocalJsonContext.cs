using System.Text.Json.Serialization;

namespace Discovery.Client.Embedded;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(LocalRecord))]
internal sealed partial class LocalJsonContext : JsonSerializerContext;
