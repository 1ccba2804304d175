using System.Text.Json;
using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class LocalRegistryBackendTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RealTtl = TimeSpan.FromMilliseconds(600);
    private static readonly ServiceQuery Orders = new("orders");
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Register_EverythingSaid_ComesBack()
    {
        await using var writer = Backend();
        await using var reader = Backend();
        var instance = Instance("ein/Bö.se:ID %2f") with
        {
            Host = "fe80::1",
            Scheme = "https",
            PathPrefix = "/api/v2",
            Weight = 2.5,
            Zone = "eu-1a",
            Version = "1.4",
            Status = ServiceStatus.Starting,
            Endpoints = Instance("x").Endpoints.Add("admin", new ServiceEndpoint("10.0.0.2", 9090, "http", "/x")),
            Metadata = Instance("x").Metadata.Add("\"quote\"\n\u0001", "日本 \u2028 </script>").Add("empty", ""),
        };
        await writer.RegisterAsync(new() { Instance = instance, TimeToLive = Ttl }, Token);

        Assert.Equal(instance, Assert.Single((await reader.ReadAsync(Orders, Token)).Instances));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Directory_Deleted_IsABreakAndNotAFact(bool serviceOnly)
    {
        await using var backend = Backend();
        var lease = await backend.RegisterAsync(Registration("a"), Token);
        var before = await backend.ReadAsync(Orders, Token);
        await backend.DeregisterAsync(lease, Token);
        var emptied = await backend.ReadAsync(Orders, Token);
        await backend.RegisterAsync(Registration("a"), Token);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);

        Directory.Delete(serviceOnly ? Path.Combine(_directory.Path, "orders") : _directory.Path, recursive: true);
        var after = await backend.ReadAsync(Orders, Token);

        Assert.Equal(before.Version.Epoch, emptied.Version.Epoch);
        Assert.Empty(after.Instances);
        Assert.NotEqual(before.Version.Epoch, after.Version.Epoch);
        Assert.Equal(after.Version, (await backend.ReadAsync(Orders, Token)).Version);
    }

    [Fact]
    public async Task Lease_NotRenewed_IsGoneAtItsTimeToLive()
    {
        await using var writer = Backend();
        await using var reader = Backend();
        var lease = await writer.RegisterAsync(Registration("a"), Token);

        _time.Advance(Ttl - TimeSpan.FromMilliseconds(1));
        Assert.Single((await reader.ReadAsync(Orders, Token)).Instances);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty((await reader.ReadAsync(Orders, Token)).Instances);
        Assert.Empty((await Backend().ReadAsync(Orders, Token)).Instances);
        Assert.Throws<LeaseLostException>(() => Renew(writer, lease));
    }

    [Fact]
    public async Task Lease_Renewed_LivesOnAndItsFileIsNotParsedAgain()
    {
        await using var backend = Backend();
        var lease = await backend.RegisterAsync(Registration("a"), Token);
        var first = await backend.ReadAsync(Orders, Token);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(lease.Group.RenewEvery!.Value);
            Renew(backend, lease);
            Assert.Same(first, await backend.ReadAsync(Orders, Token));
        }
    }

    [Fact]
    public async Task Renew_AnyOutcome_IsCompletedWhenItReturns()
    {
        await using var backend = Backend();
        Assert.True(backend.Capabilities.HasFlag(RegistryCapabilities.BlockingRenewal));
        var lease = await backend.RegisterAsync(Registration("a"), Token);
        Assert.True(backend.RenewAsync(lease.Group, Token).AsTask().IsCompletedSuccessfully);

        Directory.Delete(_directory.Path, recursive: true);
        Assert.True(backend.RenewAsync(lease.Group, Token).AsTask().IsFaulted);
    }

    [Fact]
    public async Task Renew_FileVanishedOrReplaced_IsLost()
    {
        await using var backend = Backend();
        var first = await backend.RegisterAsync(Registration("a"), Token);
        var second = await backend.RegisterAsync(Registration("a"), Token);
        Assert.Throws<LeaseLostException>(() => Renew(backend, first));
        Renew(backend, second);

        await backend.DeregisterAsync(first, Token);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        File.Delete(RecordPath("a"));
        Assert.Throws<LeaseLostException>(() => Renew(backend, second));
        await backend.DeregisterAsync(second, Token);
    }

    [Fact]
    public async Task WallClock_SetForward_ExpiresNothingThatIsKnownAndBeats()
    {
        var clocks = new TwoClocks(_time);
        await using var backend = Backend(clocks);
        var lease = await backend.RegisterAsync(Registration("a"), Token);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);

        clocks.WallOffset = TimeSpan.FromHours(1);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        _time.Advance(Ttl / 2);
        Renew(backend, lease);
        _time.Advance(Ttl * 0.9);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        _time.Advance(Ttl * 0.7);
        Assert.Empty((await backend.ReadAsync(Orders, Token)).Instances);
    }

    [Fact]
    public async Task WallClock_SetBack_KeepsNothingAlive()
    {
        var clocks = new TwoClocks(_time);
        await using var backend = Backend(clocks);
        await backend.RegisterAsync(Registration("a"), Token);
        await backend.ReadAsync(Orders, Token);

        clocks.WallOffset = TimeSpan.FromHours(-1);
        _time.Advance(Ttl - TimeSpan.FromSeconds(1));
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await backend.ReadAsync(Orders, Token)).Instances);
    }

    [Fact]
    public async Task DeadRecord_AfterTheGrace_IsRemovedByAnyReader()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        File.WriteAllText(Path.Combine(_directory.Path, "orders", ".1-1.tmp"), "half");
        File.SetLastWriteTimeUtc(Path.Combine(_directory.Path, "orders", ".1-1.tmp"), _time.GetUtcNow().UtcDateTime);

        _time.Advance(Ttl + LocalServiceReader.Grace);
        Assert.Equal(0, (await backend.ReadAsync(Orders, Token)).RejectedRecords);
        Assert.True(File.Exists(RecordPath("a")));
        _time.Advance(TimeSpan.FromSeconds(1));
        await backend.ReadAsync(Orders, Token);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "orders")));
    }

    [Fact]
    public async Task ForeignFiles_AreLeftOutAndCounted()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("good"), Token);
        await backend.RegisterAsync(Registration("long"), Token);
        var directory = Path.Combine(_directory.Path, "orders");
        var whole = File.ReadAllText(RecordPath("good"));

        File.WriteAllText(Path.Combine(directory, "half.json"), whole[..(whole.Length / 2)]);
        File.WriteAllText(Path.Combine(directory, "empty.json"), "");
        File.WriteAllText(Path.Combine(directory, "null.json"), "null");
        File.WriteAllText(Path.Combine(directory, "copy.json"), whole);
        File.WriteAllText(Path.Combine(directory, "port.json"), whole.Replace("\"good\"", "\"port\"", StringComparison.Ordinal).Replace("\"port\": 80", "\"port\": 80000", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(directory, "future.json"), whole.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(directory, "notes.txt"), "hello");
        File.WriteAllBytes(RecordPath("long"), new byte[LocalRecordCodec.MaxBytes + 1]);
        Directory.CreateDirectory(Path.Combine(directory, "directory.json"));
        File.CreateSymbolicLink(Path.Combine(directory, "link.json"), RecordPath("good"));

        var snapshot = await backend.ReadAsync(Orders, Token);
        Assert.Equal("good", Assert.Single(snapshot.Instances).InstanceId);
        Assert.Equal(10, snapshot.RejectedRecords);
        Assert.Same(snapshot, await backend.ReadAsync(Orders, Token));
    }

    [Fact]
    public async Task UnknownMembers_OfALaterVersion_AreIgnored()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        File.WriteAllText(RecordPath("a"), File.ReadAllText(RecordPath("a")).Replace("\"format\": 1", "\"later\": {\"x\": []}, \"format\": 1", StringComparison.Ordinal));
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
    }

    [Fact]
    public async Task Conflict_AnotherLivingProcess_IsRefusedByName_UntilItsHeartbeatIsTooOld()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        Rewrite("a", owner => owner with { Scope = "elsewhere", ProcessId = 4711 });

        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(Registration("a"), Token));
        Assert.False(error.IsTransient);
        Assert.Contains("process 4711 on elsewhere", error.Message, StringComparison.Ordinal);

        _time.Advance(Ttl);
        await backend.RegisterAsync(Registration("a"), Token);
    }

    [Fact]
    public async Task Conflict_ProcessOfThisMachineThatIsDead_IsTakenOverAtOnce()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        Rewrite("a", owner => owner with { ProcessId = int.MaxValue - 7 });
        await backend.RegisterAsync(Registration("a"), Token);

        // The process id lives, and belongs to a process that started at another time.
        Rewrite("a", owner => owner with { Started = "1" });
        await backend.RegisterAsync(Registration("a"), Token);
    }

    [Fact]
    public async Task Permissions_OwnerOnly_AndADirectoryOthersMayWriteIsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(All, File.GetUnixFileMode(_directory.Path));
        Assert.Equal(All, File.GetUnixFileMode(Path.Combine(_directory.Path, "orders")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RecordPath("a")));

        File.SetUnixFileMode(_directory.Path, All | UnixFileMode.GroupWrite);
        foreach (var candidate in new[] { backend, Backend() })
        {
            var error = await Assert.ThrowsAsync<RegistryException>(async () => await candidate.ReadAsync(Orders, Token));
            Assert.False(error.IsTransient);
            Assert.Equal(_directory.Path, error.Connection);
            Assert.Contains("mode 720", error.Message, StringComparison.Ordinal);
        }

        File.SetUnixFileMode(_directory.Path, All);
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
    }

    [Fact]
    public async Task Directory_IsALinkOrAFile_IsRefused()
    {
        var elsewhere = Directory.CreateDirectory(_directory.Path + "-elsewhere");
        Directory.CreateSymbolicLink(_directory.Path, elsewhere.FullName);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await Backend().RegisterAsync(Registration("a"), Token));
        Assert.False(error.IsTransient);
        Assert.Contains("link", error.Message, StringComparison.Ordinal);

        Directory.Delete(_directory.Path);
        File.WriteAllText(_directory.Path, "");
        await Assert.ThrowsAsync<RegistryException>(async () => await Backend().RegisterAsync(Registration("a"), Token));
    }

    [Fact]
    public async Task WriteFailure_IsATypedErrorAndLeavesNothingBehind()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        Directory.CreateDirectory(RecordPath("b"));
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(Registration("b"), Token));
        Assert.Equal([RecordPath("a")], Directory.GetFiles(Path.Combine(_directory.Path, "orders")));

        var huge = Instance("c") with { Metadata = Instance("c").Metadata.Add("x", new string('x', LocalRecordCodec.MaxBytes)) };
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(new() { Instance = huge }, Token));
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Watch_ChangesOfAnotherProcess_ArriveWithoutPolling()
    {
        await using var reader = Backend(TimeProvider.System, TimeSpan.FromHours(1));
        await using var writer = Backend(TimeProvider.System);
        await using var watch = new Watching<ServiceSnapshot>(token => reader.WatchAsync(Orders, null, token));
        var pending = await watch.Until(_ => true);
        Assert.Empty(pending.Instances);

        var lease = await writer.RegisterAsync(Registration("a", TimeSpan.FromHours(1)), Token);
        var one = await watch.Until(snapshot => snapshot.Instances.Length == 1);
        await writer.RegisterAsync(Registration("b", TimeSpan.FromHours(1)), Token);
        var two = await watch.Until(snapshot => snapshot.Instances.Length == 2);
        Assert.Same(one.Instances[0], two.Instances[0]);
        Assert.True(one.Version.IsOlderThan(two.Version));

        await writer.DeregisterAsync(lease, Token);
        await watch.Until(snapshot => snapshot.Instances is [{ InstanceId: "b" }]);
    }

    [Fact]
    public async Task Watch_Expiry_IsNoticedOnTimeWithoutPolling()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromHours(1));
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        var started = TimeProvider.System.GetTimestamp();
        await backend.RegisterAsync(Registration("a", RealTtl), Token);
        await watch.Until(snapshot => snapshot.Instances.Length == 1);
        await watch.Until(snapshot => snapshot.Instances.IsEmpty);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), RealTtl, RealTtl + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Watch_DirectoryVanishesAndComesBack_GoesOnWithoutPolling()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromHours(1));
        var lease = await backend.RegisterAsync(Registration("a", TimeSpan.FromHours(1)), Token);
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        await watch.Until(snapshot => snapshot.Instances.Length == 1);

        for (var round = 0; round < 3; round++)
        {
            Directory.Delete(_directory.Path, recursive: true);
            await watch.Until(snapshot => snapshot.Instances.IsEmpty);
            Assert.Throws<LeaseLostException>(() => Renew(backend, lease));
            lease = await backend.RegisterAsync(Registration("a", TimeSpan.FromHours(1)), Token);
            await watch.Until(snapshot => snapshot.Instances.Length == 1);
        }
    }

    [Fact]
    public async Task Watch_DirectoryThatCannotBeUsed_BreaksWithoutSayingEmpty_AndTheNextGoesOn()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromMilliseconds(20));
        await backend.RegisterAsync(Registration("a", TimeSpan.FromHours(1)), Token);
        await using (var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token)))
        {
            await watch.Until(snapshot => snapshot.Instances.Length == 1);
            if (OperatingSystem.IsWindows())
            {
                Assert.Skip("Windows has no modes.");
                return;
            }

            // At once, so that no look falls between.
            var mode = File.GetUnixFileMode(_directory.Path);
            File.SetUnixFileMode(_directory.Path, mode | UnixFileMode.OtherWrite);
            await Assert.ThrowsAsync<RegistryException>(() => watch.Until(snapshot => snapshot.Instances.IsEmpty));
            File.SetUnixFileMode(_directory.Path, mode);
        }

        await using var again = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        Assert.Single((await again.Until(_ => true)).Instances);
    }

    [Fact]
    public async Task Watch_NothingChanges_ThePollYieldsTheSameList()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromMilliseconds(20));
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        var first = await watch.Until(_ => true);
        Assert.Same(first, await watch.Until(_ => true));
    }

    [Fact]
    public async Task Watch_Resumed_TakesOverUnchangedInstances()
    {
        await using var backend = Backend();
        await backend.RegisterAsync(Registration("a"), Token);
        var last = await backend.ReadAsync(Orders, Token);

        await using var restarted = Backend();
        await using var watch = restarted.WatchAsync(Orders, last, Token).GetAsyncEnumerator(Token);
        await watch.MoveNextAsync();
        Assert.Same(last.Instances[0], watch.Current.Instances[0]);
        Assert.False(watch.Current.Version.IsOlderThan(last.Version));
    }

    [Fact]
    public async Task WatchNames_FollowsServicesThatHaveInstances()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromHours(1));
        await using var watch = new Watching<IReadOnlyCollection<string>>(backend.WatchNamesAsync);
        await watch.Until(names => names.Count == 0);
        var name = new string('語', 200);
        var lease = await backend.RegisterAsync(new() { Instance = Instance("a") with { ServiceName = name } }, Token);
        await backend.RegisterAsync(Registration("a"), Token);
        await watch.Until(names => names.SequenceEqual(["orders", name]));
        await backend.DeregisterAsync(lease, Token);
        await watch.Until(names => names.SequenceEqual(["orders"]));
    }

    [Fact]
    public async Task RapidChanges_Converge()
    {
        await using var backend = Backend(TimeProvider.System, TimeSpan.FromHours(1));
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        for (var i = 1; i <= 200; i++)
        {
            await backend.RegisterAsync(new() { Instance = Instance("a") with { Port = i }, TimeToLive = TimeSpan.FromHours(1) }, Token);
        }

        await watch.Until(snapshot => snapshot.Instances is [{ Port: 200 }]);
    }

    private static void Renew(LocalRegistryBackend backend, Lease lease)
    {
        var renewal = backend.RenewAsync(lease.Group, Token).AsTask();
        Assert.True(renewal.IsCompleted);
        renewal.GetAwaiter().GetResult();
    }

    private static ServiceInstance Instance(string id) => new() { ServiceName = "orders", InstanceId = id, Host = "10.0.0.1", Port = 80 };

    private static ServiceRegistration Registration(string id, TimeSpan? timeToLive = null) => new() { Instance = Instance(id), TimeToLive = timeToLive ?? Ttl };

    private LocalRegistryBackend Backend(TimeProvider? time = null, TimeSpan? poll = null)
        => new(_directory.Path, poll ?? TimeSpan.FromSeconds(5), time ?? _time, NullLogger.Instance);

    private string RecordPath(string id) => Path.Combine(_directory.Path, "orders", LocalNames.RecordFile(id));

    private void Rewrite(string id, Func<LocalOwner, LocalOwner> change)
    {
        var record = JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath(id)), LocalJsonContext.Default.LocalRecord)!;
        File.WriteAllBytes(RecordPath(id), JsonSerializer.SerializeToUtf8Bytes(record with { Owner = change(record.Owner!) }, LocalJsonContext.Default.LocalRecord));
        File.SetLastWriteTimeUtc(RecordPath(id), _time.GetUtcNow().UtcDateTime);
    }
}
