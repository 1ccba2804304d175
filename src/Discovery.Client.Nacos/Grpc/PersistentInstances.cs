using System.Collections.Concurrent;

namespace Discovery.Client.Nacos;

/// <summary>Instances that stay when their process goes, each for itself; the server checks them. Nacos 2.3 and later.</summary>
internal sealed class PersistentInstances(GrpcContext context)
{
    /// <summary>Nothing ends them but taking them out.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(1);
    private const string Register = "registerInstance";
    private const string Deregister = "deregisterInstance";

    private readonly ConcurrentDictionary<(ServiceKey Service, string Id), PersistentGroup> _held = [];

    public async Task<LeaseGroup> RegisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var key = (instance.Service, instance.Id);
        var before = _held.GetValueOrDefault(key);
        var isMoved = before is not null && Address(before.Instance) != Address(instance);
        try
        {
            await SendAsync(connection, instance, Register, cancellationToken).ConfigureAwait(false);
            if (isMoved)
            {
                await SendAsync(connection, before!.Instance, Deregister, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when ((before is null || isMoved) && error is OperationCanceledException or NacosException { IsUncertain: true })
        {
            await UndoAsync(connection, instance).ConfigureAwait(false);
            throw;
        }

        return _held[key] = new PersistentGroup(instance, Forever, new(instance, context.TimeProvider, before?.Lookout));
    }

    /// <summary>Looks for it.</summary>
    /// <exception cref="LeaseLostException">It has been missing for long enough.</exception>
    public ValueTask RenewAsync(NacosConnection connection, PersistentGroup group, CancellationToken cancellationToken)
        => group.Lookout.LookAsync(() => connection.QueryAsync(context, group.Instance.Service, cancellationToken), context.Logger);

    public async Task DeregisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        await SendAsync(connection, instance, Deregister, cancellationToken).ConfigureAwait(false);
        _held.TryRemove((instance.Service, instance.Id), out _);
    }

    /// <summary>Takes back what the server may have taken: if nobody tries again, it would stay for ever. Whoever cancelled waits for this too, so it is short.</summary>
    private async Task UndoAsync(NacosConnection connection, RegisteredInstance instance)
    {
        try
        {
            using var limit = new CancellationTokenSource(LongestUndo, context.TimeProvider);
            await SendAsync(connection, instance, Deregister, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or OperationCanceledException)
        {
            // What failed first is what is told.
        }
    }

    private static (string? Ip, int Port) Address(RegisteredInstance instance) => (instance.Instance.Ip, instance.Instance.Port);

    private Task<NacosResponse> SendAsync(NacosConnection connection, RegisteredInstance instance, string type, CancellationToken cancellationToken)
    {
        var service = instance.Service;
        var what = type == Register ? "Registering for" : "Deregistering from";
        var body = new InstanceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name, Type = type, Instance = instance.Instance };
        return connection.AskAsync(
            context, $"{what} {service}", "PersistentInstanceRequest", body, GrpcJsonContext.Default.InstanceRequest, GrpcJsonContext.Default.NacosResponse, service.Grouped, cancellationToken);
    }
}
