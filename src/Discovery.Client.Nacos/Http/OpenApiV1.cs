using System.Text.Json;

namespace Discovery.Client.Nacos;

/// <summary>The API of Nacos 1, which 2.x has too, and 3.0 and 3.1 unless it is switched off.</summary>
internal sealed class OpenApiV1 : IOpenApi
{
    private const string Instance = "/v1/ns/instance";
    private const int BeatTaken = 10200;
    private const int BeatOfUnknown = 20404;

    public string Name => "v1";

    public bool PassesOn => true;

    public ApiCall<bool> Register(RegisteredInstance instance)
        => new(For(HttpMethod.Post, Instance, instance, InstanceParameters.Content(instance)), IsOk);

    public ApiCall<BeatVerdict> Beat(RegisteredInstance instance)
        => new(For(HttpMethod.Put, Instance + "/beat", instance, []), answer => answer.Read(HttpJsonContext.Default.BeatAnswer) switch
        {
            { Code: BeatTaken, ClientBeatInterval: var interval } => new(true, interval > 0 ? TimeSpan.FromMilliseconds(interval) : null),
            { Code: BeatOfUnknown } => new(false, null),
            var other => throw new FormatException($"a beat is answered with the code {other.Code}"),
        })
        { Unknown = () => new(false, null) };

    public ApiCall<Presence>? Look(RegisteredInstance instance)
        => new(For(HttpMethod.Get, Instance, instance, []), answer => Judge(answer.Read(HttpJsonContext.Default.InstanceAnswer), instance.Instance)) { TellsGeneration = false };

    public ApiCall<bool> Deregister(RegisteredInstance instance) => new(For(HttpMethod.Delete, Instance, instance, []), IsOk);

    public ApiCall<NacosServiceInfo> List(ServiceKey service, IEnumerable<string> clusters)
        => new(
            new(HttpMethod.Get, Instance + "/list", ("serviceName", service.Grouped), ("groupName", service.Group), ("namespaceId", service.Namespace), ("healthyOnly", "false")) { Resource = service.Grouped },
            answer => JsonSerializer.Deserialize(answer.Body, NacosJsonContext.Default.NacosServiceInfo) is { Hosts: not null } info ? info : throw new FormatException("it has no list of instances"));

    private static HttpRequest For(HttpMethod method, string path, RegisteredInstance instance, IEnumerable<(string, string?)> more)
        => new(method, path, [("serviceName", instance.Service.Grouped), ("groupName", instance.Service.Group), .. InstanceParameters.Identity(instance), .. more]) { Resource = instance.Service.Grouped };

    /// <summary>r-nacos makes an instance of a beat, which then has nothing of what was registered; only there does a weight say something, since elsewhere the console may have set it.</summary>
    private static Presence Judge(InstanceAnswer found, NacosInstance wanted)
        => found.Metadata is not { Count: > 0 } && wanted.Metadata is { Count: > 0 } ? Presence.Gone
            : found.Marked is not null && !found.Weight.Equals(wanted.Weight) ? Presence.OtherWeight
            : Presence.There;

    private static bool IsOk(HttpAnswer answer) => answer.Text.Trim() == "ok" ? true : throw new FormatException("ok is expected");
}
