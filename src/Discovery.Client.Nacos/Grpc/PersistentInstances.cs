namespace Discovery.Client.Nacos;

/// <summary>Instances that stay when their process goes, each for itself; the server checks them. Nacos 2.3 and later.</summary>
internal sealed class PersistentInstances(GrpcContext context)
{
    /// <summary>Nothing ends them but taking them out.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    public async Task<LeaseGroup> RegisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        await SendAsync(connection, instance, "registerInstance", "Registering for", cancellationToken).ConfigureAwait(false);
        return new LeaseGroup($"{instance.Service.Grouped}/{instance.Id}", Forever, renewEvery: null);
    }

    public Task DeregisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
        => SendAsync(connection, instance, "deregisterInstance", "Deregistering from", cancellationToken);

    private Task<NacosResponse> SendAsync(NacosConnection connection, RegisteredInstance instance, string type, string what, CancellationToken cancellationToken)
    {
        var service = instance.Service;
        var body = new InstanceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name, Type = type, Instance = instance.Instance };
        return connection.AskAsync(
            context, $"{what} {service}", "PersistentInstanceRequest", body, GrpcJsonContext.Default.InstanceRequest, GrpcJsonContext.Default.NacosResponse, service.Grouped, cancellationToken);
    }
}
