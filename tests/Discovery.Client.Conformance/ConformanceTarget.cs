namespace Discovery.Client.Conformance;

/// <summary>What the suite needs of the registry under test. One object serves one test; registries and servers behind it may be shared by all tests of a class.</summary>
/// <remarks>Every test uses service names of its own (<see cref="UniqueName"/>), so that a shared registry need not be emptied between tests.</remarks>
public abstract class ConformanceTarget
{
    /// <summary>Name and version of the registry, for reasons of skips and messages.</summary>
    public abstract string Name { get; }

    /// <summary>The shortest time to live that the registry grants. Tests of expiry take this and wait for it.</summary>
    public abstract TimeSpan ShortestTimeToLive { get; }

    /// <summary>How long after its time to live an instance is usually no longer listed as up. The default is 3 seconds.</summary>
    public virtual TimeSpan ExpiryGrace => TimeSpan.FromSeconds(3);

    /// <summary>How long after its time to live an instance may still be listed as up at the worst. The default is <see cref="ExpiryGrace"/>.</summary>
    public virtual TimeSpan LongestExpiryGrace => ExpiryGrace;

    /// <summary>How long a change may take to be seen, in real time, when nothing is wrong. The default is 10 seconds.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(10);

    /// <summary>How long a call or a watch may need to notice that the registry does not answer. The default is 30 seconds.</summary>
    public virtual TimeSpan SilenceLimit => TimeSpan.FromSeconds(30);

    /// <summary>How long it may take after a fault until everything is as it should be again. The default is <see cref="SilenceLimit"/>.</summary>
    public virtual TimeSpan RecoveryLimit => SilenceLimit;

    /// <summary>What can be done to the registry. The default is nothing: the tests of faults are skipped.</summary>
    public virtual ConformanceFaults Faults => ConformanceFaults.None;

    /// <summary>The states that can be registered and come back as they are. The default is all.</summary>
    public virtual IReadOnlyCollection<ServiceStatus> Statuses => Enum.GetValues<ServiceStatus>();

    /// <summary>The longest metadata value that the registry takes, in UTF-16 code units. The default is 4096.</summary>
    public virtual int LongestMetadataValue => 4096;

    /// <summary>Whether names that differ in case only are different services. The default is true, as the contract wants it; false skips one test by name.</summary>
    public virtual bool NamesAreCaseSensitive => true;

    /// <summary>Makes a client of the registry that shares nothing with the others. The suite disposes it.</summary>
    public abstract IRegistryBackend CreateBackend();

    /// <summary>Makes a client whose connection <see cref="CutAsync"/> and <see cref="SwallowAsync"/> touch. The default is <see cref="CreateBackend"/>.</summary>
    public virtual IRegistryBackend CreateProxiedBackend() => CreateBackend();

    /// <summary>What a registered instance is to look like when it is read, where the registry cannot hold all of it. The default is the same.</summary>
    /// <param name="registered">What was registered.</param>
    public virtual ServiceInstance Expected(ServiceInstance registered) => registered;

    /// <summary>Makes a name that no other test uses. It begins as asked and ends with letters and digits.</summary>
    /// <param name="name">How it begins.</param>
    public virtual string UniqueName(string name) => $"{name}-{Guid.NewGuid():N}";

    /// <summary>Lets time pass for leases. The default waits; a registry on virtual time advances its clock.</summary>
    /// <param name="time">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task PassTimeAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, cancellationToken);

    /// <summary>Ends the registry at once, without a goodbye; what it keeps on disk stays (<see cref="ConformanceFaults.Kill"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task KillAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Starts the killed registry with the data it had, and returns when it answers (<see cref="ConformanceFaults.Kill"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task RestartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Makes the registry forget everything, and returns when it answers again (<see cref="ConformanceFaults.Wipe"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task WipeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Stops the registry in its tracks: connections stay open, nothing answers (<see cref="ConformanceFaults.Pause"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task PauseAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Lets a paused registry go on.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task ResumeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Closes the connections of proxied clients and refuses new ones until <see cref="HealAsync"/> (<see cref="ConformanceFaults.Cut"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task CutAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Leaves the connections of proxied clients open and lets nothing pass until <see cref="HealAsync"/> (<see cref="ConformanceFaults.Swallow"/>).</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task SwallowAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Ends <see cref="CutAsync"/> and <see cref="SwallowAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual Task HealAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Deletes a registration behind its owner's back while its lease lives. The default does it as another client: it registers the same and deregisters that.
    /// A registry whose records can be deleted by hand does that.
    /// </summary>
    /// <param name="registration">What the owner registered.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public virtual async Task DeleteAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await using var other = CreateBackend();
        await other.DeregisterAsync(await other.RegisterAsync(registration, cancellationToken), cancellationToken);
    }

    /// <summary>Called after each test, when its backends are disposed: undo faults, keep logs if it failed, and end what serves this test alone.</summary>
    /// <param name="failed">Whether the test failed.</param>
    public virtual ValueTask EndTestAsync(bool failed) => ValueTask.CompletedTask;
}
