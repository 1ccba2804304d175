using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Etcd.Tests.Servers;

[Collection(EtcdServers.Alone)]
public sealed class LeaseTests(SingleEtcd etcd)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_Many_ShareOneLeaseThatGoesWithTheLast()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"shared-{Guid.NewGuid():N}";

        var leases = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, $"i{i}"), seconds: 30), Stop).AsTask()));

        Assert.Single(leases.Select(lease => lease.Group).Distinct());
        var id = ((ProcessLease)leases[0].Group).LeaseId;
        Assert.Contains(id, await admin.LeasesAsync());
        foreach (var lease in leases.Skip(1))
        {
            await backend.DeregisterAsync(lease, Stop);
        }

        Assert.Contains(id, await admin.LeasesAsync());
        await backend.DeregisterAsync(leases[0], Stop);
        Assert.DoesNotContain(id, await admin.LeasesAsync());
    }

    [Fact]
    public async Task Renew_LeaseRevokedBehindOurBack_IsLostAndRegisteringGrantsAnother()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var wish = TestKit.Wish(TestKit.Instance($"revoked-{Guid.NewGuid():N}"), seconds: 31);
        var first = (ProcessLease)(await backend.RegisterAsync(wish, Stop)).Group;
        await backend.RenewAsync(first, Stop);

        await admin.RevokeAsync(first.LeaseId);

        await Assert.ThrowsAsync<LeaseLostException>(async () => await backend.RenewAsync(first, Stop));
        Assert.True(first.Lost.IsCancellationRequested);
        var second = (ProcessLease)(await backend.RegisterAsync(wish, Stop)).Group;
        Assert.NotEqual(first.LeaseId, second.LeaseId);
        await backend.RenewAsync(second, Stop);
    }

    [Fact]
    public async Task Register_LeaseRevokedUnnoticed_GrantsAnotherWithinTheSameAttempt()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"unnoticed-{Guid.NewGuid():N}";
        var first = (ProcessLease)(await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "a"), seconds: 32), Stop)).Group;
        await admin.RevokeAsync(first.LeaseId);

        var second = (ProcessLease)(await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "b"), seconds: 32), Stop)).Group;

        Assert.True(first.Lost.IsCancellationRequested);
        Assert.NotEqual(first.LeaseId, second.LeaseId);
    }

    [Fact]
    public async Task Renew_KeyDeleted_IsNoticedAndOnlyTheMissingOneIsWritten()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"deleted-{Guid.NewGuid():N}";
        var (one, two) = (TestKit.Wish(TestKit.Instance(service, "one"), seconds: 33), TestKit.Wish(TestKit.Instance(service, "two"), seconds: 33));
        var first = (ProcessLease)(await backend.RegisterAsync(one, Stop)).Group;
        await backend.RegisterAsync(two, Stop);

        await admin.DeleteAsync($"/services/{service}/one");

        await Assert.ThrowsAsync<LeaseLostException>(async () =>
        {
            for (var i = 0; i < 4; i++)
            {
                await backend.RenewAsync(first, Stop);
            }
        });
        var before = await admin.RevisionAsync();
        var group = (ProcessLease)(await backend.RegisterAsync(one, Stop)).Group;
        Assert.Same(group, (await backend.RegisterAsync(two, Stop)).Group);
        Assert.NotSame(first, group);
        Assert.Equal(first.LeaseId, group.LeaseId);
        Assert.Equal(before + 1, await admin.RevisionAsync());
    }

    [Fact]
    public async Task Register_IdOfAnotherProgram_IsRefusedAndSaysWhoHoldsIt()
    {
        var node = await etcd.NodeAsync();
        await using var holder = BackendTestKit.Create(node.Address);
        await using var other = BackendTestKit.Create(node.Address);
        var mine = TestKit.Instance($"conflict-{Guid.NewGuid():N}", "id", 8080);
        var held = (ProcessLease)(await holder.RegisterAsync(TestKit.Wish(mine), Stop)).Group;

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await other.RegisterAsync(TestKit.Wish(mine with { Port = 9090 }), Stop));

        Assert.False(error.IsTransient);
        Assert.Contains($"10.0.0.1:8080, lease {held.Id}", error.Message, StringComparison.Ordinal);
        Assert.Equal([mine], (await other.ReadAsync(new(mine.ServiceName), Stop)).Instances);
    }

    [Fact]
    public async Task Register_AfterARestartWithinTheTtl_TakesItsOwnKeyAndOutlivesTheOldLease()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        var instance = TestKit.Instance($"restarted-{Guid.NewGuid():N}");
        await using var before = BackendTestKit.Create(node.Address);
        var old = await before.RegisterAsync(TestKit.Wish(instance), Stop);
        await using var after = BackendTestKit.Create(node.Address);

        await after.RegisterAsync(TestKit.Wish(instance), Stop);

        // Neither the old lease's end nor the old program's goodbye takes it away.
        await before.DeregisterAsync(old, Stop);
        Assert.DoesNotContain(((ProcessLease)old.Group).LeaseId, await admin.LeasesAsync());
        Assert.Equal([instance], (await after.ReadAsync(new(instance.ServiceName), Stop)).Instances);
    }

    [Fact]
    public async Task Register_ShorterTtlThanGranted_UsesTheGrantedAndSaysSoOnce()
    {
        var node = await etcd.NodeAsync();
        var log = new RecordingLogger();
        await using var backend = BackendTestKit.Create(_ => { }, TimeProvider.System, log, node.Address);
        var service = $"short-{Guid.NewGuid():N}";

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "a"), seconds: 1), Stop);
        await backend.DeregisterAsync(lease, Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "b"), seconds: 1), Stop);

        Assert.Equal(TimeSpan.FromSeconds(2), lease.Group.TimeToLive);
        Assert.Equal(1, log.Count("LeaseGrantedLonger"));
    }

    [Fact]
    public async Task Register_CancelledOnTheWay_LeavesNothingUnderTheLivingLease()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"cancelled-{Guid.NewGuid():N}";
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "keeps-the-lease")), Stop);
        for (var i = 0; i < 20; i++)
        {
            using var cancel = new CancellationTokenSource();
            var attempt = backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "gone")), cancel.Token);
            await Task.Yield();
            await cancel.CancelAsync();
            try
            {
                await backend.DeregisterAsync(await attempt, Stop);
            }
            catch (OperationCanceledException)
            {
            }

            Assert.Null(await admin.GetAsync($"/services/{service}/gone"));
        }
    }

    [Fact]
    public async Task TenThousandRegistrations_OneLeaseOneKeepAliveARenewalAndAHundredReadsEachTwentieth()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(_ => { }, TimeProvider.System, NullLogger.Instance, node.Address);
        var service = $"many-{Guid.NewGuid():N}";
        var groups = new System.Collections.Concurrent.ConcurrentDictionary<LeaseGroup, bool>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Stop }, async (i, stop) =>
            groups.TryAdd((await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, $"i{i}"), seconds: 120), stop)).Group, true));
        var group = Assert.Single(groups.Keys);
        string[] calls = ["grpc_server_started_total", "grpc_service=\"etcdserverpb.Lease\"", "LeaseKeepAlive"];
        var before = (await admin.MetricAsync(calls), await admin.MetricAsync("etcd_debugging_lease_renewed_total"));

        string[] reads = ["grpc_server_started_total", "grpc_service=\"etcdserverpb.KV\"", "Txn"];
        var transactions = await admin.MetricAsync(reads);

        for (var i = 0; i < 20; i++)
        {
            await backend.RenewAsync(group, Stop);
        }

        Assert.Equal(transactions + 100, await admin.MetricAsync(reads));
        Assert.Equal((before.Item1 + 20, before.Item2 + 20), (await admin.MetricAsync(calls), await admin.MetricAsync("etcd_debugging_lease_renewed_total")));
        Assert.Equal(10_000, (await backend.ReadAsync(new(service), Stop)).Instances.Length);
    }
}
