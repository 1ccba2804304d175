using System.Runtime.CompilerServices;

namespace Discovery.Client.Nacos;

/// <summary>What a connection follows. The server keeps one subscription for each service, so watches of one service share it; requests for one service go one after the other.</summary>
internal sealed class Subscriptions(NacosConnection connection, GrpcContext context)
{
    /// <summary>r-nacos may lose the push of a change that comes while another is being pushed, and sends none later.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Group, string Name), Subscription> _all = [];
    private RegistryException? _end;

    public async IAsyncEnumerable<NacosServiceInfo> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var subscription = Enter(service);
        try
        {
            for (long version = 0; ;)
            {
                (var list, version) = await subscription.AfterAsync(version, cancellationToken).ConfigureAwait(false);
                yield return list;
            }
        }
        finally
        {
            Leave(subscription);
        }
    }

    /// <summary>A list has come for whoever follows its service.</summary>
    public void Push(NacosServiceInfo list)
    {
        Subscription? subscription;
        lock (_lock)
        {
            // What is pushed says the service and the group, but not the namespace: that is the connection's.
            _all.TryGetValue(KeyOf(list), out subscription);
        }

        subscription?.Push(list);
    }

    /// <summary>Asks for every list from time to time, where pushes get lost; until the connection ends.</summary>
    public async Task LookAsync()
    {
        while (PublishRule.KeepsByAddress(connection.Id) && connection.End is null)
        {
            await Task.Delay(LookEvery, context.TimeProvider, connection.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Subscription[] active;
            lock (_lock)
            {
                active = [.. _all.Values.Where(subscription => subscription.IsActive)];
            }

            foreach (var subscription in active)
            {
                await LookAsync(subscription).ConfigureAwait(false);
            }
        }
    }

    private async Task LookAsync(Subscription subscription)
    {
        var askedAt = subscription.Version;
        try
        {
            subscription.Answer(await connection.QueryAsync(context, subscription.Service, connection.Ended).ConfigureAwait(false), askedAt);
        }
        catch (Exception)
        {
            // The next look is not far.
        }
    }

    /// <summary>The connection is over.</summary>
    public void Fail(RegistryException failure)
    {
        Subscription[] all;
        lock (_lock)
        {
            _end = failure;
            all = [.. _all.Values];
        }

        foreach (var subscription in all)
        {
            subscription.Fail(failure);
        }
    }

    private static (string Group, string Name) KeyOf(NacosServiceInfo list)
    {
        var name = list.Name ?? "";
        var at = name.IndexOf("@@", StringComparison.Ordinal);
        return at < 0 ? (list.GroupName ?? "", name) : (name[..at], name[(at + 2)..]);
    }

    private Subscription Enter(ServiceKey service)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                throw new RegistryException(_end.Message, _end.IsTransient, _end.Connection, _end);
            }

            if (!_all.TryGetValue((service.Group, service.Name), out var subscription))
            {
                _all.Add((service.Group, service.Name), subscription = new(service));
            }

            if (subscription.Watches++ == 0)
            {
                // It may be subscribed to still, or be ended just now: either way it is asked for anew.
                subscription.IsActive = false;
                subscription.Forget();
            }

            Reconcile(subscription);
            return subscription;
        }
    }

    private void Leave(Subscription subscription)
    {
        lock (_lock)
        {
            subscription.Watches--;
            Reconcile(subscription);
        }
    }

    private void Reconcile(Subscription subscription)
    {
        if (!subscription.IsBusy && !subscription.IsOver && _end is null)
        {
            subscription.IsBusy = true;
            _ = ReconcileAsync(subscription);
        }
    }

    private async Task ReconcileAsync(Subscription subscription)
    {
        while (true)
        {
            // Whoever entered holds the lock still.
            bool isWanted;
            lock (_lock)
            {
                isWanted = subscription.Watches > 0;
                if (isWanted == subscription.IsActive || _end is not null)
                {
                    subscription.IsBusy = false;
                    if (!isWanted)
                    {
                        Remove(subscription);
                    }

                    return;
                }
            }

            try
            {
                await RequestAsync(subscription, isWanted).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                lock (_lock)
                {
                    subscription.IsActive = false;
                    if (!isWanted)
                    {
                        // If nobody has come meanwhile: what could not be ended ends with the connection, and its lists find nobody.
                        continue;
                    }

                    subscription.IsBusy = false;
                    subscription.IsOver = true;
                    Remove(subscription);
                }

                subscription.Fail(error as RegistryException ?? connection.Gone("It was closed.", error));
                return;
            }
        }
    }

    /// <summary>Another one may have taken its place.</summary>
    private void Remove(Subscription subscription)
    {
        var key = (subscription.Service.Group, subscription.Service.Name);
        if (_all.TryGetValue(key, out var current) && ReferenceEquals(current, subscription))
        {
            _all.Remove(key);
        }
    }

    private async Task RequestAsync(Subscription subscription, bool isWanted)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var askedAt = subscription.Version;
        var service = subscription.Service;
        var request = new SubscribeServiceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name, Subscribe = isWanted };
        var answer = await connection.AskAsync(
            context, $"{(isWanted ? "Subscribing to" : "Unsubscribing from")} {service}", "SubscribeServiceRequest", request,
            GrpcJsonContext.Default.SubscribeServiceRequest, GrpcJsonContext.Default.ServiceInfoResponse, service.Grouped, connection.Ended).ConfigureAwait(false);
        lock (_lock)
        {
            subscription.IsActive = isWanted;
        }

        if (isWanted)
        {
            subscription.Answer(answer.List(service), askedAt);
        }
    }
}
