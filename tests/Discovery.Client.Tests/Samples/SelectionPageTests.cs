using Discovery.Client;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Samples;

/// <summary>docs/selection.md: its filter and its selector do what the page says.</summary>
public sealed class SelectionPageTests
{
    [Fact]
    public async Task ZoneFilter_OwnZoneThere_NoOtherIsChosen()
    {
        await using var world = World(i => i % 2 == 0 ? "eu-1a" : "eu-1b");

        Assert.Equal(["2", "4", "6", "8"], (await world.ViewAsync()).Nodes.Select(node => node.Node.Instance.InstanceId));
    }

    [Fact]
    public async Task ZoneFilter_NoInstanceInOwnZone_AllAreChosenFrom()
    {
        await using var world = World(_ => "eu-1b");

        Assert.Equal(8, (await world.ViewAsync()).Nodes.Length);
    }

    [Fact]
    public async Task StickySelector_SameKey_SameInstance()
    {
        await using var world = World(_ => null);
        var byKey = new Dictionary<string, string>();
        for (var i = 0; i < 400; i++)
        {
            var key = $"customer-{i % 40}";
            var instance = await PickAsync(world, key);
            Assert.Equal(byKey.GetValueOrDefault(key, instance), instance);
            byKey[key] = instance;
        }

        Assert.InRange(byKey.Values.Distinct().Count(), 6, 8);
    }

    [Fact]
    public async Task StickySelector_ManyKeys_AreSpreadByWeight()
    {
        await using var world = World(_ => null, weight: i => i == 1 ? 3 : 1);
        var picks = new List<string>();
        for (var i = 0; i < 5000; i++)
        {
            picks.Add(await PickAsync(world, $"customer-{i}"));
        }

        Assert.InRange(picks.Count(pick => pick == "1"), 1350, 1650);
        Assert.InRange(picks.Count(pick => pick == "2"), 420, 580);
    }

    private static HttpWorld World(Func<int, string?> zone, Func<int, double>? weight = null)
    {
        var world = new HttpWorld([.. Enumerable.Range(1, 8).Select(i => HttpWorld.Instance(i) with { Zone = zone(i), Weight = weight?.Invoke(i) ?? 1 })]);
        var services = world.Services;
        services.AddServiceDiscovery()
            .AddFilter(new ZoneFilter("eu-1a"))
            .AddSelector<StickySelector>("sticky");
        return world.Configure(options => options.Selector = "sticky");
    }

    private static async Task<string> PickAsync(HttpWorld world, string customer)
    {
        var discovery = world.Provider.GetRequiredService<IDiscoveryClient>();
        using var pick = await discovery.PickAsync("greeter", new PickOptions { HashKey = customer });
        pick.Complete(RequestOutcome.Success);
        return pick.Instance.InstanceId;
    }

    internal static HttpRequestMessage Request(string customer)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://carts/mine");
        request.SetHashKey(customer);
        return request;
    }
}
