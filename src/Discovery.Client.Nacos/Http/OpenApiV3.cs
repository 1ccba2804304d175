namespace Discovery.Client.Nacos;

/// <summary>The client API of Nacos 3, the only one over HTTP where that of Nacos 1 is switched off, or gone as from 3.2 on.</summary>
internal sealed class OpenApiV3 : IOpenApi
{
    private const string Instance = "/v3/client/ns/instance";
    private const int Success = 0;
    private const int InstanceNotFound = 21003;

    public string Name => "v3";

    public bool PassesOn => false;

    public ApiCall<bool> Register(RegisteredInstance instance)
        => new(For(HttpMethod.Post, instance, InstanceParameters.Content(instance)), answer => IsSuccess(answer.Read(HttpJsonContext.Default.CodeAnswer)));

    public ApiCall<BeatVerdict> Beat(RegisteredInstance instance)
        => new(For(HttpMethod.Post, instance, [("heartBeat", "true")]), answer => answer.Read(HttpJsonContext.Default.CodeAnswer) switch
        {
            { Code: InstanceNotFound } => new(false, null),
            var other => new(IsSuccess(other), null),
        });

    public ApiCall<Presence>? Look(RegisteredInstance instance) => null;

    public ApiCall<bool> Deregister(RegisteredInstance instance)
        => new(For(HttpMethod.Delete, instance, []), answer => IsSuccess(answer.Read(HttpJsonContext.Default.CodeAnswer)));

    public ApiCall<NacosServiceInfo> List(ServiceKey service, IEnumerable<string> clusters)
        => new(
            new(HttpMethod.Get, Instance + "/list", ("serviceName", service.Name), ("groupName", service.Group), ("namespaceId", service.Namespace), ("clusterName", string.Join(',', clusters))) { Resource = service.Grouped },
            answer => answer.Read(HttpJsonContext.Default.HostsAnswer) is var list && IsSuccess(new(list.Code, list.Message)) && list.Data is { } hosts
                ? new NacosServiceInfo { Name = service.Name, GroupName = service.Group, Hosts = hosts }
                : throw new FormatException("it has no list of instances"));

    private static HttpRequest For(HttpMethod method, RegisteredInstance instance, IEnumerable<(string, string?)> more)
        => new(method, Instance, [("serviceName", instance.Service.Name), ("groupName", instance.Service.Group), .. InstanceParameters.Identity(instance), .. more]) { Resource = instance.Service.Grouped };

    private static bool IsSuccess(CodeAnswer answer) => answer.Code == Success ? true : throw new FormatException($"its code is {answer.Code}: {answer.Message}");
}
