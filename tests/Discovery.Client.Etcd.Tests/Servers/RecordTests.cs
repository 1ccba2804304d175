using System.Diagnostics;
using Discovery.Client.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Records that are not what they ought to be.</summary>
[Collection(EtcdServers.Alone)]
public sealed class RecordTests(SingleEtcd etcd)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deregister_FailedWhileOthersKeepTheLease_TheNextRenewalTakesTheRecordOut()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"ghost-{Guid.NewGuid():N}";
        var ghost = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "ghost"), seconds: 34), Stop);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "lives"), seconds: 34), Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.DeregisterAsync(ghost, new CancellationToken(true)));
        Assert.NotNull(await admin.GetAsync($"/services/{service}/ghost"));

        await backend.RenewAsync(lease.Group, Stop);

        Assert.Null(await admin.GetAsync($"/services/{service}/ghost"));
        Assert.NotNull(await admin.GetAsync($"/services/{service}/lives"));
    }

    [Fact]
    public async Task Renew_ARecordOnOurLeaseThatNobodyWants_IsTakenOut()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"late-{Guid.NewGuid():N}";
        var group = (ProcessLease)(await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "lives"), seconds: 35), Stop)).Group;

        // As a put does that arrives after it was taken back.
        await admin.PutAsync($"/services/{service}/late", "{}", group.LeaseId);
        await RenewAsync(backend, group, 3);

        Assert.Null(await admin.GetAsync($"/services/{service}/late"));
        Assert.NotNull(await admin.GetAsync($"/services/{service}/lives"));
    }

    [Theory]
    [InlineData(EtcdServers.Newest)]
    [InlineData(EtcdServers.Middle)]
    [InlineData(EtcdServers.Oldest)]
    public async Task Renew_ARecordEditedUnderItsLease_IsNamedAndPutAgain(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"edited-{Guid.NewGuid():N}";
        var wishes = Enumerable.Range(0, 150).Select(i => TestKit.Wish(TestKit.Instance(service, $"i{i}"), seconds: 36)).ToArray();
        var group = (ProcessLease)(await Task.WhenAll(wishes.Select(wish => backend.RegisterAsync(wish, Stop).AsTask())))[0].Group;
        await RenewAsync(backend, group, 6);
        var good = await admin.GetAsync($"/services/{service}/i77");

        await admin.PutAsync($"/services/{service}/i77", "junk", group.LeaseId);

        var error = await Assert.ThrowsAsync<LeaseLostException>(() => RenewAsync(backend, group, 3));
        Assert.Contains($"/services/{service}/i77'", error.Message, StringComparison.Ordinal);
        var revision = await admin.RevisionAsync();
        group = (ProcessLease)(await Task.WhenAll(wishes.Select(wish => backend.RegisterAsync(wish, Stop).AsTask())))[0].Group;
        Assert.Equal(revision + 1, await admin.RevisionAsync());
        Assert.Equal(good, await admin.GetAsync($"/services/{service}/i77"));
        await RenewAsync(backend, group, 6);
    }

    [Fact]
    public async Task Renew_RecordsLostAndNotPutAgainYet_AreNotTakenOut()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"slowly-{Guid.NewGuid():N}";
        var (one, two) = (TestKit.Wish(TestKit.Instance(service, "one"), seconds: 37), TestKit.Wish(TestKit.Instance(service, "two"), seconds: 37));
        var group = (await backend.RegisterAsync(one, Stop)).Group;
        await backend.RegisterAsync(two, Stop);
        await admin.DeleteAsync($"/services/{service}/one");
        await Assert.ThrowsAsync<LeaseLostException>(() => RenewAsync(backend, group, 3));

        group = (await backend.RegisterAsync(one, Stop)).Group;
        await RenewAsync(backend, group, 5);
        Assert.NotNull(await admin.GetAsync($"/services/{service}/two"));

        // Who does not put it again within twice the time to live wants it no more.
        await RenewAsync(backend, group, 4);
        Assert.Null(await admin.GetAsync($"/services/{service}/two"));
        Assert.NotNull(await admin.GetAsync($"/services/{service}/one"));
    }

    [Fact]
    public async Task Register_RecordWithoutALease_IsReplacedIfItIsNobodysOrWasOurs()
    {
        var node = await etcd.NodeAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        await using var other = BackendTestKit.Create(node.Address);
        var instance = TestKit.Instance($"leaseless-{Guid.NewGuid():N}", "id", 8080);
        var key = $"/services/{instance.ServiceName}/id";
        await admin.PutAsync(key, "junk");
        var group = (await backend.RegisterAsync(TestKit.Wish(instance, seconds: 38), Stop)).Group;
        Assert.Equal(((ProcessLease)group).LeaseId, (await admin.GetAsync(key))?.Lease);

        await admin.PutAsync(key, """{"format":1,"host":"10.9.9.9","port":1}""");

        await Assert.ThrowsAsync<LeaseLostException>(() => RenewAsync(backend, group, 3));
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await other.RegisterAsync(TestKit.Wish(instance), Stop));
        Assert.Contains("10.9.9.9:1, without a lease: somebody has to delete it", error.Message, StringComparison.Ordinal);
        await backend.RegisterAsync(TestKit.Wish(instance, seconds: 38), Stop);
        Assert.Equal([instance], (await backend.ReadAsync(new(instance.ServiceName), Stop)).Instances);
    }

    [Fact]
    public async Task Register_OneIdAndAddressInTwoPrograms_DoNotTakeTurns()
    {
        var node = await etcd.NodeAsync();
        await using var first = BackendTestKit.Create(node.Address);
        await using var second = BackendTestKit.Create(node.Address);
        var wish = TestKit.Wish(TestKit.Instance($"twins-{Guid.NewGuid():N}", "id", 8080), seconds: 39);
        var lost = (await first.RegisterAsync(wish, Stop)).Group;
        var taken = await second.RegisterAsync(wish, Stop);

        await Assert.ThrowsAsync<LeaseLostException>(() => RenewAsync(first, lost, 3));
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await first.RegisterAsync(wish, Stop));

        Assert.False(error.IsTransient);
        Assert.Contains($"10.0.0.1:8080, lease {taken.Group.Id}", error.Message, StringComparison.Ordinal);
        await RenewAsync(second, taken.Group, 6);
        await second.DeregisterAsync(taken, Stop);
        await RenewAsync(first, (await first.RegisterAsync(wish, Stop)).Group, 6);
    }

    [Fact]
    public async Task Renew_TheCheckIsRefused_TheRenewalCounts()
    {
        // 3.6 refuses the renewal too.
        await using var node = await OwnServer.StartAsync(EtcdServers.Middle);
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync("app", "secret", "/services/", "/services0");
        var log = new RecordingLogger();
        await using var backend = BackendTestKit.Create(options => (options.UserName, options.Password) = ("app", "secret"), TimeProvider.System, log, node.Address);
        var group = (await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("refused"), seconds: 40), Stop)).Group;
        await admin.RevokeRangeAsync("/services/", "/services0");

        await RenewAsync(backend, group, 4);

        Assert.Equal(2, log.Count("RecordsNotChecked"));
    }

    [Fact]
    public async Task Register_CancelledOnASilentConnection_ReturnsWithinTwoSeconds()
    {
        var node = await etcd.NodeAsync();
        await using var proxies = await StartProxiesAsync();
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        await using var backend = BackendTestKit.Create(_ => { }, TimeProvider.System, NullLogger.Instance, proxy.Address);
        var service = $"silent-{Guid.NewGuid():N}";
        var gone = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "gone"), seconds: 41), Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.DeregisterAsync(gone, new CancellationToken(true)));
        await proxy.SwallowAsync(Stop);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "new"), seconds: 41), cancel.Token));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
    }

    private static async Task RenewAsync(EtcdRegistryBackend backend, LeaseGroup group, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await backend.RenewAsync(group, Stop);
        }
    }

    private static async Task<Toxiproxy> StartProxiesAsync()
    {
        try
        {
            return await Toxiproxy.StartAsync(Stop);
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
