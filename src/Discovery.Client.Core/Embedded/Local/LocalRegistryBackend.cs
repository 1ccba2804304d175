using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

/// <summary>The backend <c>local</c>: a directory of this machine that the processes of one user share. Namespaces, groups and datacenters are not told apart.</summary>
internal sealed class LocalRegistryBackend : IRegistryBackend
{
    private static readonly TimeSpan PollWithoutNotifications = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly LocalRoot _root;
    private readonly LocalClock _clock;
    private readonly LocalRegistrations _registrations;
    private readonly LocalChangeMonitor _monitor;
    private readonly ConcurrentDictionary<string, LocalServiceReader> _readers = new(StringComparer.Ordinal);
    private readonly TimeSpan _pollInterval;
    private readonly ILogger _logger;

    public LocalRegistryBackend(string directory, TimeSpan pollInterval, TimeProvider timeProvider, ILogger logger)
    {
        (_pollInterval, _logger) = (pollInterval, logger);
        _root = new LocalRoot(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        _clock = new LocalClock(timeProvider);
        _registrations = new LocalRegistrations(_root, _clock);
        _monitor = new LocalChangeMonitor(_root, _clock, logger);
    }

    public RegistryCapabilities Capabilities
        => RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push | RegistryCapabilities.BlockingRenewal;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        => Attempt(() => _registrations.Register(registration), "register", cancellationToken);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
    {
        var attempt = Attempt(
            () =>
            {
                _registrations.Renew(group);
                return true;
            },
            "renew a lease",
            cancellationToken);
        return attempt.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(attempt.AsTask());
    }

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        var attempt = Attempt(
            () =>
            {
                LocalRegistrations.Deregister(lease);
                return true;
            },
            "deregister",
            cancellationToken);
        return attempt.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(attempt.AsTask());
    }

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
        => Attempt(
            () =>
            {
                _root.Prepare();
                return Look(ReaderOf(query), null).Snapshot;
            },
            "read",
            cancellationToken);

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
    {
        var reader = ReaderOf(query);
        return FollowAsync<ServiceSnapshot>(LocalNames.Encode(query.Name), _ => Look(reader, last), repeats: true, cancellationToken);
    }

    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken)
        => FollowAsync<IReadOnlyCollection<string>>(null, ReadNames, repeats: false, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _monitor.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<T> FollowAsync<T>(
        string? directory, Func<T?, (T Answer, TimeSpan? NextExpiry)> read, bool repeats, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var signal = new WatchSignal(cancellationToken);
        using var timer = _clock.TimeProvider.CreateOneShot(static state => ((WatchSignal)state!).Raise(), signal, Timeout.InfiniteTimeSpan);
        _monitor.Subscribe(directory, signal);
        try
        {
            T? current = null;
            while (true)
            {
                var (answer, nextExpiry) = await Attempt(
                    () =>
                    {
                        _monitor.Attach();
                        return read(current);
                    },
                    "watch",
                    cancellationToken).ConfigureAwait(false);
                if (repeats || !ReferenceEquals(current, answer))
                {
                    current = answer;
                    yield return answer;
                }

                var poll = _monitor.IsActive || _pollInterval < PollWithoutNotifications ? _pollInterval : PollWithoutNotifications;
                poll = _monitor.IsUnsettled && SecondLook < poll ? SecondLook : poll;
                var wait = nextExpiry < poll ? nextExpiry.Value : poll;
                timer.Change(wait > ShortestWait ? wait : ShortestWait, Timeout.InfiniteTimeSpan);
                await signal.WaitAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _monitor.Unsubscribe(directory, signal);
        }
    }

    private (ServiceSnapshot Snapshot, TimeSpan? NextExpiry) Look(LocalServiceReader reader, ServiceSnapshot? last)
    {
        var look = reader.Read(last);
        if (look.Snapshot.Instances.IsEmpty)
        {
            // What is not there is an answer only while the registry itself is.
            _root.Prepare();
        }

        return look;
    }

    private (IReadOnlyCollection<string> Names, TimeSpan? NextExpiry) ReadNames(IReadOnlyCollection<string>? last)
    {
        var names = new List<string>();
        TimeSpan? nextExpiry = null;
        foreach (var directory in new DirectoryInfo(_root.Path).EnumerateDirectories().Where(directory => directory.LinkTarget is null))
        {
            var (snapshot, expiry) = ReaderOf(directory.FullName).Read(null);
            if (!snapshot.Instances.IsEmpty)
            {
                names.Add(snapshot.Instances[0].ServiceName);
                nextExpiry = nextExpiry < expiry ? nextExpiry : expiry;
            }
        }

        names.Sort(StringComparer.Ordinal);
        return (last?.SequenceEqual(names) == true ? last : names, nextExpiry);
    }

    private LocalServiceReader ReaderOf(ServiceQuery query) => ReaderOf(_root.ServiceDirectory(query.Name));

    private LocalServiceReader ReaderOf(string directory)
        => _readers.GetOrAdd(directory, static (path, backend) => new LocalServiceReader(path, backend._clock, backend._logger), this);

    /// <summary>Does it here and now, on the calling thread.</summary>
    private ValueTask<T> Attempt<T>(Func<T> action, string what, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return new ValueTask<T>(action());
        }
        catch (RegistryException exception)
        {
            return ValueTask.FromException<T>(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ValueTask.FromException<T>(
                new RegistryException($"The local registry in '{_root.Path}' could not {what}: {exception.Message}", exception is IOException, connection: null, exception));
        }
    }
}
