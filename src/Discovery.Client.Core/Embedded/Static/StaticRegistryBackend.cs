using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

/// <summary>The backend <c>static</c>: lists that stand in the configuration and change with it. Nothing can be registered.</summary>
internal sealed partial class StaticRegistryBackend : IRegistryBackend
{
    private readonly Lock _gate = new();
    private readonly List<WatchSignal> _watches = [];
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly ReloadSubscription? _reloads;
    private State _state;

    public StaticRegistryBackend(SettingsReader settings, ILogger logger)
    {
        (_path, _logger) = (settings.Path, logger);
        _state = new State(StaticLists.Read(settings), new SnapshotVersion(1, 1), null);
        if (settings.Section is { } section)
        {
            _reloads = new ReloadSubscription(section, () => Reload(section));
        }
    }

    public RegistryCapabilities Capabilities => RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        => throw new RegistryException($"The lists under {_path} are configuration; nothing can be registered there.", isTransient: false);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
        => throw new LeaseLostException($"The lists under {_path} are configuration; there are no leases.");

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
        => cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<ServiceSnapshot>(cancellationToken) : new(Volatile.Read(ref _state).ToSnapshot(query.Name, null));

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var current = last;
        await foreach (var state in FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return current = state.ToSnapshot(query.Name, current);
        }
    }

    public async IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in FollowAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return [.. state.Lists.Services.Keys];
        }
    }

    public ValueTask DisposeAsync()
    {
        _reloads?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Yields the lists that hold, and after each good reload the new ones. A bad reload ends the watch with its errors, once: the next one begins with the last good lists.</summary>
    private async IAsyncEnumerable<State> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var signal = new WatchSignal(cancellationToken);
        lock (_gate)
        {
            _watches.Add(signal);
        }

        try
        {
            var state = Volatile.Read(ref _state);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return state;

                State next;
                while (ReferenceEquals(next = Volatile.Read(ref _state), state))
                {
                    await signal.WaitAsync().ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (next.Error is { } error)
                {
                    throw new RegistryException(error.Message, isTransient: false, connection: null, error);
                }

                state = next;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watches.Remove(signal);
            }
        }
    }

    private void Reload(IConfiguration section)
    {
        var settings = new SettingsReader(section, _path);
        settings.Ignore("Type");
        var lists = StaticLists.Read(settings);
        DiscoveryConfigurationException? error = null;
        try
        {
            settings.RejectUnknownKeys();
            settings.ThrowIfInvalid();
        }
        catch (DiscoveryConfigurationException exception)
        {
            error = exception;
        }

        lock (_gate)
        {
            var (before, version) = (_state, _state.Version);
            if (error is not null)
            {
                Log.ReloadRefused(_logger, _path, error.Message);
                Volatile.Write(ref _state, before with { Error = error });
            }
            else
            {
                Volatile.Write(ref _state, new State(lists, version with { Number = version.Number + 1 }, null));
            }

            _watches.ForEach(static watch => watch.Raise());
        }
    }

    private sealed record State(StaticLists Lists, SnapshotVersion Version, DiscoveryConfigurationException? Error)
    {
        public ServiceSnapshot ToSnapshot(string service, ServiceSnapshot? previous)
            => ServiceSnapshot.Create(Lists.Services.GetValueOrDefault(service, ImmutableArray<ServiceInstance>.Empty), Version, previous);
    }
}
