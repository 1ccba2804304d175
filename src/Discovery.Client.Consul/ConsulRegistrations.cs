using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul;

/// <summary>Registers with an agent and deregisters. It takes two requests, so that one may be taken and the other not.</summary>
internal sealed partial class ConsulRegistrations(ConsulClient client, ConsulOptions options, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(2);

    /// <summary>What was registered here and not deregistered: a failed change must not take it out of traffic.</summary>
    private readonly ConcurrentDictionary<(Uri Endpoint, string Id, string? Namespace), bool> _held = new();

    /// <summary>Whose place was said to be taken, so that it is said once however many attempts that takes.</summary>
    private readonly ConcurrentDictionary<string, string> _replaced = new(StringComparer.Ordinal);

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var body = RegistrationWriter.Write(registration, options.Tags, options.DeregisterCriticalServiceAfter);
        var (endpoint, ns) = (client.Endpoints.Current, registration.Namespace);

        // A check that was only registered as passing is critical after a restart of the agent; one that was passed once is not. It also turns an existing check to the status wanted.
        var heartbeat = ConsulPaths.Heartbeat(StatusRule.Verb(registration.Instance.Status), body.Id, ns);
        if (!_held.ContainsKey((endpoint, body.Id, ns))
            && await HolderAsync(endpoint, body.Id, ns, body.Address, body.Port, options.RequestTimeout, cancellationToken).ConfigureAwait(false) is { } holder
            && (!_replaced.TryGetValue(body.Id, out var told) || told != holder))
        {
            _replaced[body.Id] = holder;
            Log.Replaces(logger, body.Id, holder, $"{body.Address}:{body.Port}");
        }

        var registered = false;
        try
        {
            await PutAsync(endpoint, ConsulPaths.Register(ns), JsonSerializer.SerializeToUtf8Bytes(body, ConsulJsonContext.Default.RegistrationBody), cancellationToken).ConfigureAwait(false);
            registered = true;
            await PutAsync(endpoint, heartbeat, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (registered || error is not RegistryException { Connection: null })
        {
            // An answer that refuses proves that nothing was taken.
            if (!_held.ContainsKey((endpoint, body.Id, ns)))
            {
                await UndoAsync(endpoint, body, ns).ConfigureAwait(false);
            }

            throw;
        }

        _held[(endpoint, body.Id, ns)] = true;
        return new Lease(new ConsulLeaseGroup(endpoint, body, heartbeat, registration.TimeToLive), registration);
    }

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        var (group, ns) = ((ConsulLeaseGroup)lease.Group, lease.Registration.Namespace);
        if (await HolderAsync(group.Endpoint, group.ServiceId, ns, group.Address, group.Port, options.RequestTimeout, cancellationToken).ConfigureAwait(false) is { } holder)
        {
            Log.Leaves(logger, group.ServiceId, holder);
            _held.TryRemove((group.Endpoint, group.ServiceId, ns), out _);
            return;
        }

        var path = ConsulPaths.Deregister(group.ServiceId, ns);
        var answer = await client.SendAsync(HttpMethod.Put, group.Endpoint, path, null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess && ConsulErrors.Sort(answer.Status, answer.Text) != ConsulError.NotFound)
        {
            throw ConsulClient.ToException("PUT", group.Endpoint, path, answer);
        }

        _held.TryRemove((group.Endpoint, group.ServiceId, ns), out _);
    }

    /// <summary>Where the agent sends those who ask for an id, if that is elsewhere: Consul overwrites, so that two programs of one id take each other's place without a word.</summary>
    /// <returns>The other address; null if it is this one, if there is none, or if the agent does not say.</returns>
    private async Task<string?> HolderAsync(Uri endpoint, string id, string? ns, string address, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(HttpMethod.Get, endpoint, ConsulPaths.Registered(id, ns), null, timeout, cancellationToken).ConfigureAwait(false);
        if (answer.Status != HttpStatusCode.OK)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, ConsulJsonContext.Default.ServicePart) is { Port: > 0 } other && (other.Address != address || other.Port != port)
                ? $"{other.Address}:{other.Port}"
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Takes back what the agent may have taken: if nobody tries again, as when the program stops, an instance that is not there would pass until its TTL is over.
    /// Whoever cancelled waits for this too, so it is short.
    /// </summary>
    private async Task UndoAsync(Uri endpoint, RegistrationBody body, string? ns)
    {
        try
        {
            using var limit = new CancellationTokenSource(options.RequestTimeout < LongestUndo ? options.RequestTimeout : LongestUndo, timeProvider);
            if (await HolderAsync(endpoint, body.Id, ns, body.Address, body.Port, LongestUndo, limit.Token).ConfigureAwait(false) is null)
            {
                await client.SendAsync(HttpMethod.Put, endpoint, ConsulPaths.Deregister(body.Id, ns), null, LongestUndo, limit.Token).ConfigureAwait(false);
            }
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

    private static partial class Log
    {
        [LoggerMessage(1030, LogLevel.Warning, "The instance '{Id}' is registered with Consul as {Holder} and becomes {Address}: another program that uses the id loses its place, or this one was here before under another address.", EventName = "RegistrationReplaced")]
        public static partial void Replaces(ILogger logger, string id, string holder, string address);

        [LoggerMessage(1031, LogLevel.Warning, "The instance '{Id}' is left in Consul: another program has registered it as {Holder}.", EventName = "RegistrationLeft")]
        public static partial void Leaves(ILogger logger, string id, string holder);
    }
}
