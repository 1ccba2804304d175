using System.Collections.Immutable;
using Xunit;

namespace Discovery.Client.Conformance;

/// <summary>The tests that every <see cref="IRegistryBackend"/> passes against the registry it is made for. Derive from it and say what the target is.</summary>
/// <remarks>
/// Tests that need what the target lacks are skipped with a reason that names it. A subclass may override a test to add to it, never to weaken it.
/// Tests of expiry and of faults have the trait <c>Category=Slow</c>.
/// </remarks>
public abstract partial class RegistryBackendConformance : IAsyncLifetime
{
    /// <summary>The trait of tests that wait for leases to run out or for faults to be noticed.</summary>
    protected const string Slow = nameof(Slow);

    private const string Category = nameof(Category);
    private readonly List<IRegistryBackend> _backends = [];
    private ConformanceTarget? _target;

    /// <summary>What is tested.</summary>
    protected ConformanceTarget Target => _target ?? throw new InvalidOperationException("The target is made when the test starts.");

    /// <summary>Cancelled when the test run ends.</summary>
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Makes the target for one test. Call <c>Assert.Skip</c> where the server is not there, naming it and its version.</summary>
    protected abstract ValueTask<ConformanceTarget> CreateTargetAsync();

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync() => _target = await CreateTargetAsync();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        if (_target is not null)
        {
            await _target.EndTestAsync(TestContext.Current.TestState?.Result == TestResult.Failed);
        }
    }

    /// <summary>Makes an independent client, which is disposed when the test ends.</summary>
    protected IRegistryBackend NewBackend() => Owned(Target.CreateBackend());

    /// <summary>Makes an independent client behind the proxy, which is disposed when the test ends.</summary>
    protected IRegistryBackend NewProxiedBackend() => Owned(Target.CreateProxiedBackend());

    /// <summary>A plain instance at an address of its own.</summary>
    /// <param name="service">The service.</param>
    /// <param name="id">The instance's id.</param>
    /// <param name="port">Its port.</param>
    protected static ServiceInstance Instance(string service, string id = "one", int port = 8080)
        => new() { ServiceName = service, InstanceId = id, Host = "10.1.2.3", Port = port, Scheme = "http" };

    /// <summary>A registration that does not run out during a test.</summary>
    /// <param name="instance">The instance.</param>
    protected static ServiceRegistration Lasting(ServiceInstance instance) => new() { Instance = instance, TimeToLive = TimeSpan.FromMinutes(3) };

    /// <summary>A registration with the shortest time to live there is.</summary>
    /// <param name="instance">The instance.</param>
    protected ServiceRegistration Brief(ServiceInstance instance) => new() { Instance = instance, TimeToLive = Target.ShortestTimeToLive };

    /// <summary>Metadata of these pairs.</summary>
    /// <param name="pairs">Keys and values.</param>
    protected static ImmutableSortedDictionary<string, string> Metadata(params IEnumerable<(string Key, string Value)> pairs)
        => pairs.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Waits until a probe shows exactly these instances, as far as the registry can hold them.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="instances">What was registered.</param>
    protected Task<ServiceSnapshot> ShowsAsync(WatchProbe probe, params IReadOnlyCollection<ServiceInstance> instances)
        => ShowsAsync(probe, Target.Patience, instances);

    /// <summary>Waits until a probe shows exactly these instances, as far as the registry can hold them.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="within">How long to wait at most.</param>
    /// <param name="instances">What was registered.</param>
    protected Task<ServiceSnapshot> ShowsAsync(WatchProbe probe, TimeSpan within, params IReadOnlyCollection<ServiceInstance> instances)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var expected = instances.Select(Target.Expected).OrderBy(instance => instance.InstanceId, StringComparer.Ordinal).ToArray();
        return probe.UntilAsync(
            snapshot => snapshot.Instances.SequenceEqual(expected), within, $"{expected.Length} instances: {string.Join("; ", expected.Take(3).AsEnumerable())}", Cancelled);
    }

    /// <summary>Reads until the list is exactly these instances; a registry may answer reads of other clients a little late.</summary>
    /// <param name="backend">Who reads.</param>
    /// <param name="service">The service.</param>
    /// <param name="instances">What was registered.</param>
    protected async Task ReadsAsync(IRegistryBackend backend, string service, params IReadOnlyCollection<ServiceInstance> instances)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var expected = instances.Select(Target.Expected).OrderBy(instance => instance.InstanceId, StringComparer.Ordinal).ToArray();
        ServiceSnapshot? read = null;
        await EventuallyAsync(
            async () => (read = await backend.ReadAsync(new ServiceQuery(service), Cancelled)).Instances.SequenceEqual(expected),
            Target.Patience,
            () => $"reads of '{service}' to give [{string.Join("; ", expected.AsEnumerable())}] and got [{string.Join("; ", read?.Instances.AsEnumerable() ?? [])}]");
    }

    /// <summary>Asks until the answer is yes.</summary>
    /// <param name="condition">What is asked, every 50 ms.</param>
    /// <param name="within">How long to ask at most.</param>
    /// <param name="what">What is waited for, in words.</param>
    protected static async Task EventuallyAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(what);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < within, $"Waited {within} for {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
        }
    }

    /// <summary>Skips the test where the registry cannot do something.</summary>
    /// <param name="capability">What it must be able to do.</param>
    protected void Needs(RegistryCapabilities capability)
        => Assert.SkipUnless(NewBackend().Capabilities.HasFlag(capability), $"{Target.Name} lacks {nameof(RegistryCapabilities)}.{capability}");

    /// <summary>Skips the test where something cannot be done to the registry.</summary>
    /// <param name="fault">What must be possible.</param>
    protected void Needs(ConformanceFaults fault)
        => Assert.SkipUnless(Target.Faults.HasFlag(fault), $"{Target.Name} lacks {nameof(ConformanceFaults)}.{fault}");

    private IRegistryBackend Owned(IRegistryBackend backend)
    {
        _backends.Add(backend);
        return backend;
    }
}
