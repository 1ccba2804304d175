using Xunit;

namespace Discovery.Client.Conformance;

public abstract partial class RegistryBackendConformance
{
    /// <summary>Names that a registry, a path, a query string or a file system might misread. Every one is allowed.</summary>
    public static TheoryData<string> HostileNames { get; } =
    [
        "orders/v2", "/leading", "trailing/", "a//b", ".", "..", "../x", "a/../b", "%", "a%2Fb", "%00", "a?b#c", "a&b=c", "a;b", "a+b c", "DEFAULT_GROUP@@orders", "@", "~", "-", "_",
        "\\", "C:\\x", "con", "a:b", "a*b", "<a>", "\"quoted\"", "'", "`$(x)`", "{a}", "[0]", "a|b", "a,b", "résumé", "Ünïcödé", "订单服务", "заказы", "🚀 emoji 🚀", "a\u200Db", "e\u0301", "UPPER", "x.y.z", "null", "0",
    ];

    /// <summary>A service of any allowed name is found under it, and under no other.</summary>
    /// <param name="name">The name.</param>
    [Theory]
    [MemberData(nameof(HostileNames))]
    public virtual async Task Register_HostileServiceName_IsFoundUnderIt(string name)
    {
        var instance = Instance(name, Target.UniqueName("id"));
        var backend = NewBackend();
        var lease = await backend.RegisterAsync(Lasting(instance), Cancelled);

        await EventuallyAsync(
            async () => (await NewBackend().ReadAsync(new ServiceQuery(name), Cancelled)).Instances.Contains(Target.Expected(instance)), Target.Patience, () => $"'{name}' to be listed");

        await backend.DeregisterAsync(lease, Cancelled);
        await EventuallyAsync(
            async () => !(await NewBackend().ReadAsync(new ServiceQuery(name), Cancelled)).Instances.Any(i => i.InstanceId == instance.InstanceId), Target.Patience, () => $"'{name}' to be gone");
    }

    /// <summary>Names of the greatest length are held whole.</summary>
    /// <param name="unit">What the name is made of.</param>
    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("订")]
    [InlineData("🚀")]
    [InlineData("/")]
    [InlineData("%")]
    public virtual async Task Register_LongestNames_AreHeldWhole(string unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var unique = Guid.NewGuid().ToString("N")[..8];
        var name = string.Concat(Enumerable.Repeat(unit, (ServiceName.MaxLength - 8) / unit.Length)) + unique;
        Assert.Equal(ServiceName.MaxLength, name.Length);
        var (one, two) = (Instance(name, name), Instance(name, name[..^1] + "!", 8081));
        var backend = NewBackend();

        await backend.RegisterAsync(Lasting(one), Cancelled);
        await backend.RegisterAsync(Lasting(two), Cancelled);

        // A registry may take an instance and not list it; renewals, which the engine makes, find that out.
        await using var first = new RegistrationProbe(backend, Lasting(one));
        await using var second = new RegistrationProbe(backend, Lasting(two));
        await ReadsAsync(NewBackend(), name, one, two);
        await ReadsAsync(NewBackend(), name[..^1]);
    }

    /// <summary>Services whose names begin alike, or look alike once encoded, have nothing in common.</summary>
    [Fact]
    public virtual async Task Register_NamesThatBeginAlike_ShareNothing()
    {
        var stem = Target.UniqueName("orders");
        string[] names =
        [
            stem, $"{stem}/v2", $"{stem}/v2/x", $"{stem}/", $"{stem}//v2", $"{stem}%2Fv2", $"{stem}%2fv2", $"{stem}.v2", $"{stem}-v2", $"{stem}_v2", $"{stem} v2", $"{stem}+v2", $"{stem}v2",
            $"DEFAULT_GROUP@@{stem}", stem[..^1], $"{stem}é", $"{stem}e\u0301",
        ];
        var backend = NewBackend();
        var instances = names.Select((name, i) => Instance(name, port: 9000 + i)).ToArray();
        foreach (var instance in instances)
        {
            await backend.RegisterAsync(Lasting(instance), Cancelled);
        }

        foreach (var instance in instances)
        {
            await ReadsAsync(backend, instance.ServiceName, instance);
        }

        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(stem));
        await ShowsAsync(probe, instances[0]);
    }

    /// <summary>Names are compared by ordinal: another case is another service, and another instance.</summary>
    [Fact]
    public virtual async Task Register_NamesThatDifferInCase_ShareNothing()
    {
        Assert.SkipUnless(Target.NamesAreCaseSensitive, $"{Target.Name} does not tell names apart by case");
        var lower = Target.UniqueName("case");
        var upper = lower.ToUpperInvariant();
        var backend = NewBackend();
        ServiceInstance[] left = [Instance(lower, "id"), Instance(lower, "ID", 8081)];
        var right = Instance(upper, "id", 8082);
        foreach (var instance in (ServiceInstance[])[.. left, right])
        {
            await backend.RegisterAsync(Lasting(instance), Cancelled);
        }

        await ReadsAsync(backend, lower, left);
        await ReadsAsync(backend, upper, right);
    }

    /// <summary>Instances of any allowed id stand side by side in one service, and each can be taken out alone.</summary>
    [Fact]
    public virtual async Task Register_HostileInstanceIds_StandSideBySide()
    {
        var service = Target.UniqueName("ids");
        var instances = HostileNames.Select((row, i) => Instance(service, row.Data, 9000 + i)).Where(i => Target.NamesAreCaseSensitive || i.InstanceId != "UPPER").ToList();
        var backend = NewBackend();
        var leases = new List<Lease>();
        foreach (var instance in instances)
        {
            leases.Add(await backend.RegisterAsync(Lasting(instance), Cancelled));
        }

        await ReadsAsync(backend, service, instances);
        for (var i = instances.Count - 1; i >= 0; i -= 2)
        {
            await backend.DeregisterAsync(leases[i], Cancelled);
            instances.RemoveAt(i);
        }

        await ReadsAsync(NewBackend(), service, instances);
    }

    /// <summary>Metadata of any content comes back as it was.</summary>
    [Fact]
    public virtual async Task Register_HostileMetadata_ComesBackAsItWas()
    {
        var instance = Instance(Target.UniqueName("metadata")) with
        {
            Metadata = Metadata(
                ("with.dots.in.it", "1"), ("with/slash", "2"), ("with space", "3"), ("with%25", "4"), ("with_underscore", "5"), ("with-dash", "6"), ("UPPER", "7"), ("upper", "8"),
                ("ключ", "значение"), ("🔑", "🔒"), ("empty", ""), ("blank", " "), ("edges", " both "), ("lines", "first\nsecond\r\n\tthird"), ("json", "{\"a\":[1,\"x\"]}"), ("quotes", "\"'`\\"),
                ("percent", "%41%2F%zz"), ("equals", "a=b&c=d"), ("url", "https://x.example/a?b=c#d"), ("zero", "0"), ("true", "true"), ("null", "null"), ("__proto__", "x"), ("=", "eq"), (".", "dot"),
                ("long", new string('x', Target.LongestMetadataValue)), ("weight", "not a number"), ("zone", "mine"), ("version", "mine"), ("scheme", "mine")),
        };

        await NewBackend().RegisterAsync(Lasting(instance), Cancelled);

        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }
}
