using System.Globalization;
using Xunit;

namespace Discovery.Client.Conformance;

public abstract partial class RegistryBackendConformance
{
    /// <summary>A service that does not exist is an empty list at once; then it is known, then empty again.</summary>
    [Fact]
    public virtual async Task Watch_UnknownService_IsEmptyThenKnownThenEmptyAgain()
    {
        var instance = Instance(Target.UniqueName("pending"));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(instance.ServiceName));
        await ShowsAsync(probe);

        var lease = await backend.RegisterAsync(Lasting(instance), Cancelled);
        await ShowsAsync(probe, instance);
        await backend.DeregisterAsync(lease, Cancelled);
        await ShowsAsync(probe);

        await backend.RegisterAsync(Lasting(instance), Cancelled);
        await ShowsAsync(probe, instance);
        Assert.Empty(probe.Errors);
    }

    /// <summary>A watch that resumes says at once what there is now, and instances that stayed the same are the objects of the old list.</summary>
    [Fact]
    public virtual async Task Watch_ResumedFromALastList_CatchesUpAndKeepsTheObjects()
    {
        var service = Target.UniqueName("resumed");
        var (kept, leaving, coming) = (Instance(service, "kept"), Instance(service, "leaving", 8081), Instance(service, "coming", 8082));
        var provider = NewBackend();
        var consumer = NewBackend();
        await provider.RegisterAsync(Lasting(kept), Cancelled);
        var lease = await provider.RegisterAsync(Lasting(leaving), Cancelled);
        ServiceSnapshot last;
        await using (var before = new WatchProbe(consumer, new ServiceQuery(service)))
        {
            last = await ShowsAsync(before, kept, leaving);
        }

        await provider.DeregisterAsync(lease, Cancelled);
        await provider.RegisterAsync(Lasting(coming), Cancelled);
        await using var after = new WatchProbe(consumer, new ServiceQuery(service), last);

        var now = await ShowsAsync(after, kept, coming);
        Assert.Same(last.Instances.Single(i => i.InstanceId == "kept"), now.Instances.Single(i => i.InstanceId == "kept"));
    }

    /// <summary>A watch that resumes where nothing changed says so at once, by a list of the same objects.</summary>
    [Fact]
    public virtual async Task Watch_ResumedWhereNothingChanged_ConfirmsTheLastList()
    {
        var instance = Instance(Target.UniqueName("confirmed"));
        await NewBackend().RegisterAsync(Lasting(instance), Cancelled);
        var consumer = NewBackend();
        ServiceSnapshot last;
        await using (var before = new WatchProbe(consumer, new ServiceQuery(instance.ServiceName)))
        {
            last = await ShowsAsync(before, instance);
        }

        await using var after = new WatchProbe(consumer, new ServiceQuery(instance.ServiceName), last);

        Assert.Same(last.Instances[0], (await ShowsAsync(after, instance)).Instances[0]);
    }

    /// <summary>A list of one client is accepted as the last list by another.</summary>
    [Fact]
    public virtual async Task Watch_ResumedFromAnotherClientsList_CatchesUp()
    {
        var service = Target.UniqueName("foreign");
        var (one, two) = (Instance(service), Instance(service, "two", 8081));
        var provider = NewBackend();
        await provider.RegisterAsync(Lasting(one), Cancelled);
        ServiceSnapshot last;
        await using (var before = new WatchProbe(NewBackend(), new ServiceQuery(service)))
        {
            last = await ShowsAsync(before, one);
        }

        await using var after = new WatchProbe(NewBackend(), new ServiceQuery(service), last);
        await provider.RegisterAsync(Lasting(two), Cancelled);

        await ShowsAsync(after, one, two);
    }

    /// <summary>Two hundred changes in quick succession end in the list that the last of them made, and versions of one watch never fall.</summary>
    [Fact]
    public virtual async Task Watch_TwoHundredRapidChanges_ConvergesWithNoneLost()
    {
        const int Instances = 20;
        var service = Target.UniqueName("rapid");
        ServiceInstance At(int id, int round) => Instance(service, $"i{id:D2}", 9000 + id) with { Metadata = Metadata(("round", round.ToString(CultureInfo.InvariantCulture))) };
        IRegistryBackend[] providers = [NewBackend(), NewBackend()];
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(service));
        await ShowsAsync(probe);

        var leases = new Lease[Instances];
        for (var round = 1; round <= 9; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Instances).Select(async id => leases[id] = await providers[id % 2].RegisterAsync(Lasting(At(id, round)), Cancelled)));
        }

        await Task.WhenAll(Enumerable.Range(0, Instances).Where(id => id % 2 == 1).Select(async id => await providers[1].DeregisterAsync(leases[id], Cancelled)));
        await Task.WhenAll(Enumerable.Range(0, Instances).Where(id => id % 2 == 0).Select(async id => await providers[0].RegisterAsync(Lasting(At(id, 10)), Cancelled)));

        await ShowsAsync(probe, [.. Enumerable.Range(0, Instances).Where(id => id % 2 == 0).Select(id => At(id, 10))]);
        Assert.Empty(probe.Errors);
        Assert.All(probe.Seen.Zip(probe.Seen.Skip(1)), pair => Assert.False(pair.Second.Version.IsOlderThan(pair.First.Version), "a later list has an older version"));
    }

    /// <summary>Instances that did not change are the same objects in the next list.</summary>
    [Fact]
    public virtual async Task Watch_OneInstanceChanges_TheOthersStayTheSameObjects()
    {
        var service = Target.UniqueName("same");
        var (one, two) = (Instance(service), Instance(service, "two", 8081));
        var provider = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(service));
        await provider.RegisterAsync(Lasting(one), Cancelled);
        await provider.RegisterAsync(Lasting(two), Cancelled);
        var before = await ShowsAsync(probe, one, two);

        await provider.RegisterAsync(Lasting(two with { Weight = 9 }), Cancelled);

        var after = await ShowsAsync(probe, one, two with { Weight = 9 });
        Assert.Same(before.Instances[0], after.Instances[0]);
        Assert.NotSame(before.Instances[1], after.Instances[1]);
    }

    /// <summary>Two watches of one client see the same; ending one leaves the other.</summary>
    [Fact]
    public virtual async Task Watch_Twice_BothSeeEverythingAndEndAlone()
    {
        var service = Target.UniqueName("shared");
        var (one, two) = (Instance(service), Instance(service, "two", 8081));
        var provider = NewBackend();
        var consumer = NewBackend();
        await using var left = new WatchProbe(consumer, new ServiceQuery(service));
        var right = new WatchProbe(consumer, new ServiceQuery(service));
        await provider.RegisterAsync(Lasting(one), Cancelled);
        await ShowsAsync(left, one);
        await ShowsAsync(right, one);

        await right.DisposeAsync();
        await provider.RegisterAsync(Lasting(two), Cancelled);

        await ShowsAsync(left, one, two);
        Assert.Empty(left.Errors);
    }

    /// <summary>A cancelled watch ends promptly, even while nothing happens, and the client goes on to work.</summary>
    [Fact]
    public virtual async Task Watch_Cancelled_EndsPromptlyAndLeavesTheClientUsable()
    {
        var instance = Instance(Target.UniqueName("cancelled"));
        var backend = NewBackend();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var watch = backend.WatchAsync(new ServiceQuery(instance.ServiceName), null, cancel.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(3), Cancelled));
        await backend.RegisterAsync(Lasting(instance), Cancelled);
        await ReadsAsync(backend, instance.ServiceName, instance);
    }

    /// <summary>A token that is cancelled beforehand ends every call, and nothing is registered.</summary>
    [Fact]
    public virtual async Task AnyCall_WithACancelledToken_IsCancelled()
    {
        var instance = Instance(Target.UniqueName("never"));
        var query = new ServiceQuery(instance.ServiceName);
        var backend = NewBackend();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.RegisterAsync(Lasting(instance), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.ReadAsync(query, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var snapshot in backend.WatchAsync(query, null, cancelled))
            {
                Assert.Fail($"The watch gave {snapshot.Instances.Length} instances.");
            }
        });
        await ReadsAsync(backend, instance.ServiceName);
    }

    /// <summary>The names of all services come and go with their first and last instance, decoded.</summary>
    [Fact]
    public virtual async Task WatchNames_ServicesComeAndGo_ShowsTheirNames()
    {
        Needs(RegistryCapabilities.WatchNames);
        var backend = NewBackend();
        string[] names = [Target.UniqueName("names"), Target.UniqueName("names/with a slash é"), Target.UniqueName("DEFAULT_GROUP@@names")];
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        cancel.CancelAfter(Target.Patience * 3);
        await using var watch = NewBackend().WatchNamesAsync(cancel.Token).GetAsyncEnumerator(CancellationToken.None);
        async Task UntilAsync(Func<IReadOnlyCollection<string>, bool> condition)
        {
            do
            {
                Assert.True(await watch.MoveNextAsync());
            }
            while (!condition(watch.Current));
        }

        await UntilAsync(list => !list.Intersect(names).Any());
        var leases = await Task.WhenAll(names.Select(async name => await backend.RegisterAsync(Lasting(Instance(name)), Cancelled)));
        await UntilAsync(list => names.All(list.Contains));
        await backend.DeregisterAsync(leases[0], Cancelled);
        await UntilAsync(list => !list.Contains(names[0]) && names.Skip(1).All(list.Contains));
    }

    /// <summary>A thousand instances are listed, and a change of one leaves 999 objects as they are.</summary>
    [Fact]
    public virtual async Task Watch_AThousandInstances_ListsAllAndKeepsTheUnchanged()
    {
        var service = Target.UniqueName("thousand");
        var instances = Enumerable.Range(0, 1000).Select(i => Instance(service, $"i{i:D4}", 10_000 + i) with { Metadata = Metadata(("n", i.ToString(CultureInfo.InvariantCulture))) }).ToArray();
        var provider = NewBackend();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancelled };
        await Parallel.ForEachAsync(instances, limit, async (instance, _) => await RegisterSoonAsync(provider, Lasting(instance)));
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(service));
        var before = await ShowsAsync(probe, Target.Patience * 3, instances);

        instances[500] = instances[500] with { Weight = 3 };
        await provider.RegisterAsync(Lasting(instances[500]), Cancelled);

        var after = await ShowsAsync(probe, Target.Patience * 3, instances);
        Assert.Equal(999, before.Instances.Zip(after.Instances).Count(pair => ReferenceEquals(pair.First, pair.Second)));
    }

    /// <summary>A registry that is asked by many may refuse for a moment.</summary>
    private async Task RegisterSoonAsync(IRegistryBackend backend, ServiceRegistration registration)
        => await EventuallyAsync(
            async () =>
            {
                try
                {
                    await backend.RegisterAsync(registration, Cancelled);
                    return true;
                }
                catch (RegistryException e) when (e.IsTransient)
                {
                    return false;
                }
            },
            Target.RecoveryLimit,
            () => $"{registration.Instance} to be registered");
}
