namespace Discovery.Client.Nacos;

/// <summary>What is registered on a connection, looked for in the server's lists from time to time.</summary>
internal sealed class Publications(NacosConnection connection, GrpcContext context)
{
    private const string Register = "registerInstance";
    private const string Deregister = "deregisterInstance";
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceKey, Publication> _all = [];
    private readonly long _started = context.TimeProvider.GetTimestamp();
    private bool _isLost;

    private TimeSpan Now => context.TimeProvider.GetElapsedTime(_started);

    /// <summary>Registers an instance, instead of the one with its id.</summary>
    public async Task<ServiceGroup> PutAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var publication = Find(instance.Service);
        await publication.Set.PutAsync(instance.Id, instance.Instance, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            publication.ReadBack = ReadBackRule.Registered(publication.ReadBack, Now);
            if (publication.Group.Lost.IsCancellationRequested && !_isLost)
            {
                publication.Group = new(connection, instance.Service);
            }

            return publication.Group;
        }
    }

    /// <summary>Takes one out.</summary>
    public async Task RemoveAsync(ServiceKey service, string id, CancellationToken cancellationToken)
    {
        Publication? publication;
        lock (_lock)
        {
            _all.TryGetValue(service, out publication);
        }

        await (publication?.Set.PutAsync(id, null, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>All of it has to be registered elsewhere.</summary>
    public void Lose()
    {
        Publication[] all;
        lock (_lock)
        {
            _isLost = true;
            all = [.. _all.Values];
        }

        foreach (var publication in all)
        {
            publication.Group.Lose();
        }
    }

    /// <summary>Looks for what is registered, until the connection ends.</summary>
    public async Task CheckAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Tick, context.TimeProvider, connection.Ended).ConfigureAwait(false);
                Publication[] due;
                lock (_lock)
                {
                    due = [.. _all.Values.Where(publication => publication.ReadBack.Due <= Now)];
                }

                foreach (var publication in due)
                {
                    await CheckAsync(publication).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (connection.Ended.IsCancellationRequested)
        {
            // The connection is over.
        }
    }

    private async Task CheckAsync(Publication publication)
    {
        var (before, held) = (publication.ReadBack, publication.Set.Held);
        if (held.Count == 0)
        {
            lock (_lock)
            {
                publication.ReadBack = publication.ReadBack == before ? new(Now + ReadBackRule.Round, 0, 0) : publication.ReadBack;
            }

            return;
        }

        Listed found;
        try
        {
            var list = await connection.QueryAsync(context, publication.Set.Service, connection.Ended).ConfigureAwait(false);
            found = held.Values.Min(list.Find);
        }
        catch (Exception error)
        {
            lock (_lock)
            {
                publication.ReadBack = publication.ReadBack == before ? before with { Due = Now + (error is not RegistryException { IsTransient: false } ? ReadBackRule.Again : ReadBackRule.Round) } : publication.ReadBack;
            }

            return;
        }

        ServiceGroup? lost = null;
        lock (_lock)
        {
            if (publication.ReadBack != before)
            {
                return;
            }

            (publication.ReadBack, var result) = ReadBackRule.Found(before, found, Now);
            lost = result != ReadBackResult.Fine ? publication.Group : null;
            if (result == ReadBackResult.Hidden)
            {
                RegistrationLog.Hidden(context.Logger, publication.Set.Service);
            }
        }

        lost?.Lose();
    }

    private Publication Find(ServiceKey service)
    {
        lock (_lock)
        {
            if (_isLost)
            {
                throw connection.End is { } reason ? connection.Gone(reason) : connection.Moved();
            }

            if (!_all.TryGetValue(service, out var publication))
            {
                _all.Add(service, publication = new(new(service, SendAsync, context.TimeProvider, connection.Ended), new(connection, service)));
            }

            return publication;
        }
    }

    private async Task SendAsync(ServiceKey service, PublishStep step)
    {
        var request = new InstanceRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name };
        if (PublishRule.KeepsByAddress(connection.Id))
        {
            await SendOneByOneAsync(service, request, PublishRule.ByAddress(step)).ConfigureAwait(false);
            return;
        }

        await AskAsync(service, PublishRule.Choose(step.Wish.Count, step.WasBatch) switch
        {
            PublishKind.Batch => request with { Type = "batchRegisterInstance", Instances = step.Wish },
            PublishKind.Single => request with { Type = Register, Instance = step.Wish.Single() },
            _ => request with { Type = Deregister, Instance = step.Before.FirstOrDefault() ?? new NacosInstance { Ip = "0.0.0.0" } },
        }).ConfigureAwait(false);
    }

    private async Task SendOneByOneAsync(ServiceKey service, InstanceRequest request, IReadOnlyList<(PublishKind Kind, NacosInstance Instance)> all)
    {
        for (var i = 0; i < all.Count; i++)
        {
            try
            {
                await AskAsync(service, request with { Type = all[i].Kind == PublishKind.Deregister ? Deregister : Register, Instance = all[i].Instance }).ConfigureAwait(false);
            }
            catch (NacosException error) when (i > 0 && !error.IsUncertain)
            {
                // Refused, but for what was done before it.
                throw new NacosException(error.Message, error.Sort, error.Connection, error) { IsUncertain = true };
            }
        }
    }

    private async Task AskAsync(ServiceKey service, InstanceRequest request)
    {
        try
        {
            await connection.AskAsync(
                context, What(service, request), request.Instances is null ? "InstanceRequest" : "BatchInstanceRequest", request,
                GrpcJsonContext.Default.InstanceRequest, GrpcJsonContext.Default.NacosResponse, service.Grouped, connection.Ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (connection.End is { } reason)
        {
            // Somebody else has found that it is over: for whoever registers, that is no answer.
            throw connection.Gone(reason, error);
        }
    }

    private static string What(ServiceKey service, InstanceRequest request)
        => request.Instances is { } several ? $"Registering {several.Count} instances at once (BatchInstanceRequest, Nacos 2.1.1 and later) for {service}"
            : $"{(request.Type == Deregister ? "Deregistering from" : "Registering for")} {service}";

    private sealed class Publication(PublicationSet set, ServiceGroup group)
    {
        public PublicationSet Set { get; } = set;

        public ServiceGroup Group { get; set; } = group;

        public ReadBack ReadBack { get; set; } = new(TimeSpan.MaxValue, 0, 0);
    }
}
