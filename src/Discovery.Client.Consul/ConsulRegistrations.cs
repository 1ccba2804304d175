using System.Collections.Concurrent;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>Registers with an agent and deregisters. It takes two requests, so that one may be taken and the other not.</summary>
internal sealed class ConsulRegistrations(ConsulClient client, ConsulOptions options)
{
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(2);

    /// <summary>What was registered here and not deregistered: a failed change must not take it out of traffic.</summary>
    private readonly ConcurrentDictionary<(Uri Endpoint, string Id, string? Namespace), bool> _held = new();

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var body = RegistrationWriter.Write(registration, options.Tags, options.DeregisterCriticalServiceAfter);
        var (endpoint, ns) = (client.Endpoints.Current, registration.Namespace);

        // A check that was only registered as passing is critical after a restart of the agent; one that was passed once is not. It also turns an existing check to the status wanted.
        var heartbeat = ConsulPaths.Heartbeat(StatusRule.Verb(registration.Instance.Status), body.Id, ns);
        var registered = false;
        try
        {
            await PutAsync(endpoint, ConsulPaths.Register(ns), JsonSerializer.SerializeToUtf8Bytes(body, ConsulJsonContext.Default.RegistrationBody), cancellationToken).ConfigureAwait(false);
            registered = true;
            await PutAsync(endpoint, heartbeat, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (registered || error is not RegistryException { IsTransient: false })
        {
            if (!_held.ContainsKey((endpoint, body.Id, ns)))
            {
                await UndoAsync(endpoint, ConsulPaths.Deregister(body.Id, ns)).ConfigureAwait(false);
            }

            throw;
        }

        _held[(endpoint, body.Id, ns)] = true;
        return new Lease(new ConsulLeaseGroup(endpoint, body.Id, heartbeat, registration.TimeToLive), registration);
    }

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        var (group, ns) = ((ConsulLeaseGroup)lease.Group, lease.Registration.Namespace);
        var path = ConsulPaths.Deregister(group.ServiceId, ns);
        var answer = await client.SendAsync(HttpMethod.Put, group.Endpoint, path, null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess && ConsulErrors.Sort(answer.Status, answer.Text) != ConsulError.NotFound)
        {
            throw ConsulClient.ToException("PUT", group.Endpoint, path, answer);
        }

        _held.TryRemove((group.Endpoint, group.ServiceId, ns), out _);
    }

    /// <summary>
    /// Takes back what the agent may have taken: if nobody tries again, as when the program stops, an instance that is not there would pass until its TTL is over.
    /// Whoever cancelled waits for this too, so it is short.
    /// </summary>
    private async Task UndoAsync(Uri endpoint, string path)
    {
        try
        {
            var limit = options.RequestTimeout < LongestUndo ? options.RequestTimeout : LongestUndo;
            await client.SendAsync(HttpMethod.Put, endpoint, path, null, limit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or ObjectDisposedException or OperationCanceledException)
        {
            // What failed first is what is told; Consul ends it after its TTL.
        }
    }

    private async Task PutAsync(Uri endpoint, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Put, endpoint, path, body, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (ConsulErrors.IsLeaseLost(answer.Status, answer.Text))
        {
            throw new RegistryException($"PUT {path}: Consul at {endpoint} lost the registration while it was made.");
        }

        if (!answer.IsSuccess)
        {
            throw ConsulClient.ToException("PUT", endpoint, path, answer);
        }
    }
}
