using System.Collections.Concurrent;

namespace Discovery.Client.Nacos;

/// <summary>Instances that stay when their process goes, each for itself; the server checks them. Nacos 2.3 and later.</summary>
internal sealed class PersistentInstances(GrpcContext context)
{
    /// <summary>Nothing ends them but taking them out.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    private readonly ConcurrentDictionary<(ServiceKey Service, string Id), PersistentGroup> _held = [];

    public async Task<LeaseGroup> RegisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        await SendAsync(connection, instance, "registerInstance", "Registering for", cancellationToken).ConfigureAwait(false);
        var key = (instance.Service, instance.Id);
        return _held[key] = new PersistentGroup(instance, Forever, new(instance, context.TimeProvider, _held.GetValueOrDefault(key)?.Lookout));
    }

    /// <summary>Looks for it.</summary>
    /// <exception cref="LeaseLostException">It has been missing for long enough.</exception>
    public ValueTask RenewAsync(NacosConnection connection, PersistentGroup group, CancellationToken cancellationToken)
        => group.Lookout.LookAsync(() => connection.QueryAsync(context, group.Instance.Service, cancellationToken), context.Logger);

    public async Task DeregisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        await SendAsync(connection, instance, "deregisterInstance", "Deregistering from", cancellationToken).ConfigureAwait(false);
        _held.TryRemove((instance.Service, instance.Id), out _);
    }

    private Task<NacosResponse> SendAsync(NacosConnection connection, RegisteredInstance instance, string type, string what, CancellationToken cancellationToken)
    {
        var service = instance.Service;
        var body = new InstanceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name, Type = type, Instance = instance.Instance };
        return connection.AskAsync(
            context, $"{what} {service}", "PersistentInstanceRequest", body, GrpcJsonContext.Default.InstanceRequest, GrpcJsonContext.Default.NacosResponse, service.Grouped, cancellationToken);
    }
}
