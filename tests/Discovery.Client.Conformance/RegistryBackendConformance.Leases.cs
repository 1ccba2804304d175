using Xunit;

namespace Discovery.Client.Conformance;

public abstract partial class RegistryBackendConformance
{
    /// <summary>A lease that is renewed as often as its group says outlives its time to live.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Renew_AsOftenAsAsked_KeepsTheInstance()
    {
        var instance = Instance(Target.UniqueName("renewed"));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(instance.ServiceName));

        // Long enough for a renewal that fails once on a busy machine to be made good, as the engine does.
        var group = (await backend.RegisterAsync(Brief(instance) with { TimeToLive = Target.ShortestTimeToLive * 3 }, Cancelled)).Group;
        await ShowsAsync(probe, instance);
        var step = group.RenewEvery ?? group.TimeToLive / 3;
        var seen = probe.Seen.Count;

        for (var passed = TimeSpan.Zero; passed < (group.TimeToLive * 2) + Target.ExpiryGrace; passed += step)
        {
            await Target.PassTimeAsync(step, Cancelled);
            if (group.RenewEvery is not null)
            {
                await RenewAsync(backend, group);
            }
        }

        Assert.All(probe.Seen.Skip(seen), snapshot => Assert.Equal([Target.Expected(instance)], snapshot.Instances));
        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }

    /// <summary>An instance whose lease is not renewed is gone, or listed as down, once its time to live has passed; not before. It can be made again.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Lease_NotRenewed_EndsTheInstanceUntilItIsRegisteredAgain()
    {
        var instance = Instance(Target.UniqueName("expired"));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(instance.ServiceName));
        var lease = await UpAfterHalfItsTimeAsync(backend, instance);
        await HasShownAsync(probe, instance);
        await RunOutAsync(lease);
        await probe.UntilAsync(NothingUp, Target.Patience, "no instance that is up", Cancelled);
        Assert.True(NothingUp(await NewBackend().ReadAsync(new ServiceQuery(instance.ServiceName), Cancelled)));

        var again = await backend.RegisterAsync(Lasting(instance), Cancelled);
        await ShowsAsync(probe, instance);
        await backend.DeregisterAsync(again, Cancelled);
        await ShowsAsync(probe);
    }

    /// <summary>Renewing a lease that has run out either says that it is lost or brings the instance back; never success with nothing to show.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Renew_AfterTheLeaseRanOut_SaysSoOrBringsTheInstanceBack()
    {
        var instance = Instance(Target.UniqueName("late"));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(instance.ServiceName));
        var lease = await backend.RegisterAsync(Brief(instance), Cancelled);
        SkipUnlessRenewed(lease);
        await HasShownAsync(probe, instance);
        await RunOutAsync(lease);
        await probe.UntilAsync(NothingUp, Target.Patience, "no instance that is up", Cancelled);

        try
        {
            await backend.RenewAsync(lease.Group, Cancelled);
        }
        catch (LeaseLostException)
        {
            await backend.RegisterAsync(Lasting(instance), Cancelled);
        }

        await ShowsAsync(probe, instance);
    }

    /// <summary>Deregistering what has run out is no error.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Deregister_AfterTheLeaseRanOut_IsNoError()
    {
        var instance = Instance(Target.UniqueName("gone"));
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Brief(instance), Cancelled);
        SkipUnlessRenewed(lease);
        await RunOutAsync(lease);

        await backend.DeregisterAsync(lease, Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName);
    }

    /// <summary>A record that somebody deletes while its lease lives is missed by its owner, who puts it again.</summary>
    [Fact]
    public virtual async Task Record_DeletedBehindTheOwnersBack_IsNoticedAndPutAgain()
    {
        var service = Target.UniqueName("deleted");
        var (kept, lost) = (Lasting(Instance(service, "kept")), Lasting(Instance(service, "lost", 8081)));
        var provider = NewBackend();
        await using var keeper = new RegistrationProbe(provider, kept);
        var lease = await provider.RegisterAsync(lost, Cancelled);
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(service));
        await ShowsAsync(probe, kept.Instance, lost.Instance);

        await Target.DeleteAsync(kept, Cancelled);
        await EventuallyAsync(() => Task.FromResult(keeper.Registered > 1), Target.RecoveryLimit, () => $"{kept.Instance} to be registered again");
        await Target.DeleteAsync(lost, Cancelled);

        await ShowsAsync(probe, Target.RecoveryLimit, kept.Instance);
        if (lease.Group.RenewEvery is not null)
        {
            await LostSoonAsync(provider, lease);
        }
        else
        {
            await EventuallyAsync(() => Task.FromResult(lease.Group.Lost.IsCancellationRequested), Target.RecoveryLimit, () => $"the lease {lease.Group.Id} to be lost");
        }

        await provider.RegisterAsync(lost, Cancelled);
        await ShowsAsync(probe, Target.RecoveryLimit, kept.Instance, lost.Instance);
    }

    /// <summary>A late renewal never brings back what was deregistered.</summary>
    [Fact]
    public virtual async Task Renew_AfterDeregistration_DoesNotBringTheInstanceBack()
    {
        var instance = Instance(Target.UniqueName("ended"));
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Lasting(instance), Cancelled);
        await backend.DeregisterAsync(lease, Cancelled);

        if (lease.Group.RenewEvery is not null)
        {
            try
            {
                await backend.RenewAsync(lease.Group, Cancelled);
            }
            catch (LeaseLostException)
            {
                // What most registries say; those whose group has other members need not.
            }
        }

        await ReadsAsync(NewBackend(), instance.ServiceName);
    }

    /// <summary>A renewal that works synchronously says so truthfully: it is complete when it returns.</summary>
    [Fact]
    public virtual async Task Renew_WhereItBlocks_IsCompleteWhenItReturns()
    {
        Needs(RegistryCapabilities.BlockingRenewal);
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Lasting(Instance(Target.UniqueName("blocking"))), Cancelled);

        var renewal = backend.RenewAsync(lease.Group, Cancelled);

        Assert.True(renewal.IsCompleted);
        await renewal;
    }

    private static bool NothingUp(ServiceSnapshot snapshot) => !snapshot.Instances.Any(instance => instance.Status is ServiceStatus.Up or ServiceStatus.Warning);

    private static void SkipUnlessRenewed(Lease lease)
        => Assert.SkipWhen(lease.Group.RenewEvery is null, "the connection is the proof of life: nothing runs out while it stands");

    private static async Task RenewAsync(IRegistryBackend backend, LeaseGroup group)
    {
        try
        {
            await backend.RenewAsync(group, Cancelled);
        }
        catch (RegistryException late) when (late.IsTransient && late is not LeaseLostException)
        {
            await backend.RenewAsync(group, Cancelled);
        }
    }

    /// <summary>Registers for the shortest time, lets half of it pass and reads the instance. What is read after the whole of it says nothing: then once more, five times at most.</summary>
    private async Task<Lease> UpAfterHalfItsTimeAsync(IRegistryBackend backend, ServiceInstance instance)
    {
        ServiceSnapshot read;
        var attempts = 0;
        do
        {
            var started = TimeProvider.System.GetTimestamp();
            var lease = await backend.RegisterAsync(Brief(instance), Cancelled);
            SkipUnlessRenewed(lease);
            await Target.PassTimeAsync(lease.Group.TimeToLive / 2, Cancelled);
            do
            {
                read = await backend.ReadAsync(new ServiceQuery(instance.ServiceName), Cancelled);
                if (read.Instances.SequenceEqual([Target.Expected(instance)]))
                {
                    return lease;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
            }
            while (TimeProvider.System.GetElapsedTime(started) < lease.Group.TimeToLive);
        }
        while (++attempts < 5);

        Assert.Fail($"{instance} was to be up after half its time to live, and each of {attempts} times was not: [{string.Join("; ", read.Instances.AsEnumerable())}]");
        return null;
    }

    /// <summary>Waits until a probe has shown the instance, be it for a moment: a life so short may be over when the test looks.</summary>
    private Task<ServiceSnapshot> HasShownAsync(WatchProbe probe, ServiceInstance instance)
        => probe.UntilAsync(_ => probe.Seen.Any(seen => seen.Instances.SequenceEqual([Target.Expected(instance)])), Target.Patience, $"{instance}, be it for a moment", Cancelled);

    private async Task RunOutAsync(Lease lease)
    {
        var limit = lease.Group.TimeToLive + Target.LongestExpiryGrace;
        var step = TimeSpan.FromMilliseconds(250);
        var backend = NewBackend();
        for (var passed = TimeSpan.Zero; passed <= limit; passed += step)
        {
            if (NothingUp(await backend.ReadAsync(new ServiceQuery(lease.Registration.Instance.ServiceName), Cancelled)))
            {
                return;
            }

            await Target.PassTimeAsync(step, Cancelled);
        }

        Assert.Fail($"{lease.Registration.Instance} is still up {limit} after its last proof of life.");
    }
}
