using System.Text.Json.Serialization;

namespace Discovery.Client.Nacos;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(ConnectionSetupRequest))]
[JsonSerializable(typeof(InstanceRequest))]
[JsonSerializable(typeof(SubscribeServiceRequest))]
[JsonSerializable(typeof(ServiceQueryRequest))]
[JsonSerializable(typeof(ServiceListRequest))]
[JsonSerializable(typeof(NacosResponse))]
[JsonSerializable(typeof(ServerCheckResponse))]
[JsonSerializable(typeof(ServiceInfoResponse))]
[JsonSerializable(typeof(ServiceListResponse))]
[JsonSerializable(typeof(ServerRequest))]
[JsonSerializable(typeof(ServerRequestAnswer))]
internal sealed partial class GrpcJsonContext : JsonSerializerContext;
