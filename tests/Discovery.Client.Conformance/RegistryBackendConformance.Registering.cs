using System.Collections.Immutable;
using Xunit;

namespace Discovery.Client.Conformance;

public abstract partial class RegistryBackendConformance
{
    /// <summary>What one client registers, another sees.</summary>
    [Fact]
    public virtual async Task Register_NewInstance_IsSeenByAnotherClient()
    {
        var instance = Instance(Target.UniqueName("orders"));
        var provider = NewBackend();
        var consumer = NewBackend();
        await using var probe = new WatchProbe(consumer, new ServiceQuery(instance.ServiceName));

        var lease = await provider.RegisterAsync(Lasting(instance), Cancelled);

        Assert.Equal(instance, lease.Registration.Instance);
        Assert.True(lease.Group.TimeToLive > TimeSpan.Zero);
        Assert.False(lease.Group.Lost.IsCancellationRequested);
        await ShowsAsync(probe, instance);
        await ReadsAsync(consumer, instance.ServiceName, instance);
        await ReadsAsync(provider, instance.ServiceName, instance);
    }

    /// <summary>Everything an instance says of itself comes back as it was.</summary>
    [Fact]
    public virtual async Task Register_InstanceThatSaysEverything_ComesBackAsItWas()
    {
        var instance = new ServiceInstance
        {
            ServiceName = Target.UniqueName("full"),
            InstanceId = "full-1",
            Host = "2001:db8::17",
            Port = 8443,
            Scheme = "https",
            PathPrefix = "/api/v1",
            Weight = 7,
            Zone = "eu-1a",
            Version = "1.4.0-rc.1+build.7",
            Metadata = Metadata(("team", "checkout"), ("tier", "gold")),
            Endpoints = new Dictionary<string, ServiceEndpoint>
            {
                ["admin"] = new("10.0.0.9", 9090, "http", "/manage"),
                ["grpc"] = new("::1", 5001),
            }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        var backend = NewBackend();

        await backend.RegisterAsync(Lasting(instance), Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }

    /// <summary>An instance that says only what it must comes back without anything added.</summary>
    [Fact]
    public virtual async Task Register_InstanceThatSaysLittle_ComesBackWithNothingAdded()
    {
        var instance = new ServiceInstance { ServiceName = Target.UniqueName("bare"), InstanceId = "bare-1", Host = "host.example", Port = 1 };

        await NewBackend().RegisterAsync(Lasting(instance), Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }

    /// <summary>Addresses of every family come back as they were.</summary>
    /// <param name="host">The host.</param>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("2001:db8:85a3::8a2e:370:7334")]
    [InlineData("orders-0.orders.svc.cluster.local")]
    public virtual async Task Register_Host_ComesBackAsItWas(string host)
    {
        var instance = Instance(Target.UniqueName("host")) with { Host = host, Port = 65535 };

        await NewBackend().RegisterAsync(Lasting(instance), Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }

    /// <summary>Registering again replaces the whole wish: nothing of the first one stays.</summary>
    [Fact]
    public virtual async Task Register_Again_ReplacesTheWholeWish()
    {
        var first = Instance(Target.UniqueName("update")) with { Metadata = Metadata(("old", "1"), ("both", "1")), Weight = 5, Zone = "a", Version = "1" };
        var second = Instance(first.ServiceName, port: 8081) with { Metadata = Metadata(("new", "2"), ("both", "2")), Weight = 2, Zone = "b" };
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(first.ServiceName));
        await backend.RegisterAsync(Lasting(first), Cancelled);
        await ShowsAsync(probe, first);

        await backend.RegisterAsync(Lasting(second), Cancelled);

        await ShowsAsync(probe, second);
        await ReadsAsync(NewBackend(), first.ServiceName, second);
    }

    /// <summary>Each state comes back as it was registered, and the way back to up is open.</summary>
    [Fact]
    public virtual async Task Register_WithEachStatus_ComesBackAsItWas()
    {
        var up = Instance(Target.UniqueName("status"));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(up.ServiceName));
        foreach (var status in Target.Statuses.Append(ServiceStatus.Up))
        {
            var instance = up with { Status = status };
            await backend.RegisterAsync(Lasting(instance), Cancelled);
            await ShowsAsync(probe, instance);
        }
    }

    /// <summary>Deregistering takes one instance out and leaves the other.</summary>
    [Fact]
    public virtual async Task Deregister_OneOfTwo_LeavesTheOther()
    {
        var service = Target.UniqueName("deregister");
        var (one, two) = (Instance(service), Instance(service, "two", 8081));
        var backend = NewBackend();
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(service));
        var lease = await backend.RegisterAsync(Lasting(one), Cancelled);
        await backend.RegisterAsync(Lasting(two), Cancelled);
        await ShowsAsync(probe, one, two);

        await backend.DeregisterAsync(lease, Cancelled);

        await ShowsAsync(probe, two);
        await ReadsAsync(NewBackend(), service, two);
    }

    /// <summary>One that is already gone is no error.</summary>
    [Fact]
    public virtual async Task Deregister_Twice_IsNoError()
    {
        var instance = Instance(Target.UniqueName("twice"));
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Lasting(instance), Cancelled);

        await backend.DeregisterAsync(lease, Cancelled);
        await backend.DeregisterAsync(lease, Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName);
    }

    /// <summary>The same id in two services is two instances.</summary>
    [Fact]
    public virtual async Task Register_SameIdInTwoServices_AreTwoInstances()
    {
        var (one, two) = (Instance(Target.UniqueName("left")), Instance(Target.UniqueName("right"), port: 8081));
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Lasting(one), Cancelled);
        await backend.RegisterAsync(Lasting(two), Cancelled);
        await ReadsAsync(backend, one.ServiceName, one);
        await ReadsAsync(backend, two.ServiceName, two);

        await backend.DeregisterAsync(lease, Cancelled);

        await ReadsAsync(backend, one.ServiceName);
        await ReadsAsync(backend, two.ServiceName, two);
    }
}
