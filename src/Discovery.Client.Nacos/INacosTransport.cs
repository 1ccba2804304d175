namespace Discovery.Client.Nacos;

/// <summary>One way to speak to Nacos. Each call makes one attempt and throws <see cref="RegistryException"/>; nothing is registered again behind the caller's back.</summary>
internal interface INacosTransport : IAsyncDisposable
{
    /// <summary>Whether changes come by themselves.</summary>
    bool Pushes { get; }

    /// <summary>Whether instances prove their life by beats, so that the registration has to say how often.</summary>
    bool Beats { get; }

    /// <summary>Makes the server hold this instance, instead of the one with the same <see cref="RegisteredInstance.Id"/> that this process registered before.</summary>
    /// <returns>The group it lives with.</returns>
    ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken);

    /// <summary>Proves once that the group is alive.</summary>
    /// <exception cref="LeaseLostException">The server does not know it (any more).</exception>
    ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken);

    /// <summary>Takes an instance out; none there is no error.</summary>
    ValueTask DeregisterAsync(LeaseGroup group, RegisteredInstance instance, CancellationToken cancellationToken);

    /// <summary>The list as the server has it now.</summary>
    ValueTask<NacosServiceInfo> QueryAsync(ServiceKey service, CancellationToken cancellationToken);

    /// <summary>Follows a service: the list at once, then a list at each change or poll, in the order in which they became true. Ends by throwing.</summary>
    IAsyncEnumerable<WatchedList> WatchAsync(ServiceKey service, CancellationToken cancellationToken);

    /// <summary>The names of a group's services, as Nacos holds them.</summary>
    ValueTask<IReadOnlyCollection<string>> ListNamesAsync(string namespaceId, string group, CancellationToken cancellationToken);
}

/// <summary>A list as a watch gets it.</summary>
/// <param name="Info">The list.</param>
/// <param name="Source">Whose memory it comes from. A watch may go on at another server, which may have lost what the one before knew.</param>
internal readonly record struct WatchedList(NacosServiceInfo Info, object Source);

/// <summary>What is registered.</summary>
/// <param name="Service">For which service.</param>
/// <param name="Id">Its own id within the service.</param>
/// <param name="Instance">As Nacos holds it.</param>
/// <param name="TimeToLive">How long it may live without a beat.</param>
internal sealed record RegisteredInstance(ServiceKey Service, string Id, NacosInstance Instance, TimeSpan TimeToLive)
{
    /// <summary>What persistent instances live: nothing ends them but taking them out.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromDays(365);

    /// <summary>Where it is, which is what servers tell instances of one service apart by.</summary>
    public (ServiceKey Service, string? Ip, int Port) Address => (Service, Instance.Ip, Instance.Port);
}
