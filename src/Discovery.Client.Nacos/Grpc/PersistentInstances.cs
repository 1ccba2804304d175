using System.Collections.Concurrent;

namespace Discovery.Client.Nacos;

/// <summary>Instances that stay when their process goes, each for itself; the server checks them. Nacos 2.3 and later.</summary>
internal sealed class PersistentInstances : IDisposable
{
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(1);
    private const string Register = "registerInstance";
    private const string Deregister = "deregisterInstance";

    private readonly GrpcContext _context;
    private readonly Leftovers _leftovers;
    private readonly ConcurrentDictionary<(ServiceKey Service, string Id), PersistentGroup> _held = [];

    public PersistentInstances(GrpcContext context, NacosConnections connections)
    {
        _context = context;
        _leftovers = new(
            async (instance, cancellationToken) => await SendAsync(await connections.CurrentAsync(instance.Service.Namespace, cancellationToken).ConfigureAwait(false), instance, Deregister, cancellationToken).ConfigureAwait(false),
            context.TimeProvider, context.Logger);
    }

    public void Dispose() => _leftovers.Dispose();

    public async Task<LeaseGroup> RegisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var key = (instance.Service, instance.Id);
        var before = _held.GetValueOrDefault(key);
        var isMoved = before is not null && before.Instance.Address != instance.Address;
        var wasLeft = await _leftovers.RemoveAsync(instance, cancellationToken).ConfigureAwait(false);
        try
        {
            await SendAsync(connection, instance, Register, cancellationToken).ConfigureAwait(false);
            if (isMoved)
            {
                await TakeOutAsync(connection, before!.Instance, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when ((before is null || isMoved) && (wasLeft || error is OperationCanceledException or NacosException { IsUncertain: true }))
        {
            // If nobody tries again, it would stay for ever. Whoever cancelled waits for this too, so it is short.
            using var limit = new CancellationTokenSource(LongestUndo, _context.TimeProvider);
            await TakeOutAsync(connection, instance, limit.Token, orLater: true).ConfigureAwait(false);
            throw;
        }

        return _held[key] = new PersistentGroup(instance, new(instance, _context.TimeProvider, before?.Lookout));
    }

    /// <summary>Looks for it.</summary>
    /// <exception cref="LeaseLostException">It has been missing for long enough.</exception>
    public ValueTask RenewAsync(NacosConnection connection, PersistentGroup group, CancellationToken cancellationToken)
        => group.Lookout.LookAsync(() => connection.QueryAsync(_context, group.Instance.Service, cancellationToken), _context.Logger);

    public async Task DeregisterAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        await SendAsync(connection, instance, Deregister, cancellationToken).ConfigureAwait(false);
        _held.TryRemove((instance.Service, instance.Id), out _);
    }

    /// <summary>Takes out what is not wanted (any more); if that fails, later.</summary>
    private async Task TakeOutAsync(NacosConnection connection, RegisteredInstance instance, CancellationToken cancellationToken, bool orLater = false)
    {
        try
        {
            await SendAsync(connection, instance, Deregister, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException || (orLater && error is OperationCanceledException))
        {
            _leftovers.Add(instance);
        }
    }

    private Task<NacosResponse> SendAsync(NacosConnection connection, RegisteredInstance instance, string type, CancellationToken cancellationToken)
    {
        var service = instance.Service;
        var what = type == Register ? "Registering for" : "Deregistering from";
        var body = new InstanceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name, Type = type, Instance = instance.Instance };
        return connection.AskAsync(
            _context, $"{what} {service}", "PersistentInstanceRequest", body, GrpcJsonContext.Default.InstanceRequest, GrpcJsonContext.Default.NacosResponse, service.Grouped, cancellationToken);
    }
}
