using System.Text.Json.Serialization;

namespace Discovery.Client.Nacos;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(BeatAnswer))]
[JsonSerializable(typeof(NamesAnswer))]
[JsonSerializable(typeof(CatalogAnswer))]
[JsonSerializable(typeof(InstanceAnswer))]
[JsonSerializable(typeof(CodeAnswer))]
[JsonSerializable(typeof(HostsAnswer))]
[JsonSerializable(typeof(ServicesAnswer))]
internal sealed partial class HttpJsonContext : JsonSerializerContext;

/// <summary>What a login is answered.</summary>
internal sealed record TokenAnswer(string? AccessToken, long TokenTtl, TokenAnswer? Data);

/// <summary>What a beat is answered over v1.</summary>
internal sealed record BeatAnswer(int Code, long ClientBeatInterval);

/// <summary>A page of names over v1.</summary>
internal sealed record NamesAnswer(int Count, IReadOnlyList<string>? Doms);

/// <summary>A page of services in the console of v1.</summary>
internal sealed record CatalogAnswer(int Count, IReadOnlyList<ServiceItem>? ServiceList);

/// <summary>One instance over v1.</summary>
internal sealed record InstanceAnswer(double Weight, bool? Marked, Dictionary<string, string>? Metadata);

/// <summary>The envelope of v3, of which only the verdict is read.</summary>
internal sealed record CodeAnswer(int Code, string? Message);

/// <summary>A list over v3.</summary>
internal sealed record HostsAnswer(int Code, string? Message, NacosHosts? Data);

/// <summary>A page of services over v3.</summary>
internal sealed record ServicesAnswer(int Code, string? Message, ServicesPage? Data);

/// <summary>The services of a page.</summary>
internal sealed record ServicesPage(int TotalCount, IReadOnlyList<ServiceItem>? PageItems);

/// <summary>A service among others.</summary>
internal sealed record ServiceItem(string? Name, string? GroupName);
