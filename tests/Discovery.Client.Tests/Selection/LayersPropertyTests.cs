using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

/// <summary>The one rule over all layers: whatever they are and whatever state the instances are in, some instance is chosen as long as one is listed.</summary>
public sealed class LayersPropertyTests : IDisposable
{
    private const int Cases = 3000;

    private static readonly string[] Zones = ["a", "b", "c"];

    private readonly SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void AnyLayers_AnyInstances_SomeInstanceIsChosen()
    {
        var builder = _world.Program.GetRequiredService<ServiceViewBuilder>();
        var pending = _world.Catalog.GetOrAdd("orders").View;
        _world.Run(100);
        for (var seed = 1UL; seed <= Cases; seed++)
        {
            var random = RandomSource.Create(seed);
            var options = new ServiceOptions { Selector = Names[random.Next(Names.Length)], Selection = Options(random) };
            var list = ServiceSnapshot.Create(Enumerable.Range(0, 1 + random.Next(14)).Select(i => Instance(random, i)), new(1, 1), null);
            var view = builder.Accept(pending, list, pending.Query, options, _world.Clock.GetTimestamp(), out _);
            foreach (var node in view.AllNodes)
            {
                node.IsEjected = random.Next(3) == 0;
            }

            view = builder.Reweigh(new ServiceView(view) { Ejected = view.Candidates.Count(node => node.Node.IsEjected) }, options);

            Assert.False(view.Nodes.IsEmpty, $"seed {seed}: nothing is left of {list.Instances.Length}");
            Assert.All(view.Nodes, node => Assert.True(node.Weight > 0 && double.IsFinite(node.Weight), $"seed {seed}: weight {node.Weight}"));
            for (var i = 0; i < 5; i++)
            {
                Assert.True(PickWidening.Pick(view, Context(random, view)) is not null, $"seed {seed}: nothing is chosen");
            }
        }
    }

    private static readonly string[] Names =
    [
        SelectorNames.PeakEwma, SelectorNames.LeastRequests, SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.WeightedRoundRobin, SelectorNames.WeightedRandom,
        SelectorNames.ConsistentHash, SelectorNames.PickFirst,
    ];

    private static PickContext Context(RandomSource random, ServiceView view) => new()
    {
        Excluded = view.AllNodes.Where(_ => random.Next(3) == 0).ToArray(),
        HashKey = random.Next(2) == 0 ? random.NextUInt64() : null,
        AcceptEjected = view.IsPanicking,
        Headers = random.Next(2) == 0 ? default : new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = $"{random.Next(4)}", ["X-Test"] = "" }),
    };

    private static ServiceInstance Instance(RandomSource random, int number)
    {
        var instance = Instances.Of("orders", $"{number:00}", random.Next(4) == 0 ? 0 : 1 + random.Next(3), (ServiceStatus)random.Next(5));
        return instance with
        {
            Zone = random.Next(4) is var zone and < 3 ? Zones[zone] : null,
            Version = random.Next(3) is var version and > 0 ? $"{version}" : null,
            Metadata = random.Next(2) == 0 ? instance.Metadata : instance.Metadata.Add("tier", $"{random.Next(3)}"),
        };
    }

    private static SelectionOptions Options(RandomSource random)
    {
        var options = new SelectionOptions
        {
            Panic = { Threshold = random.Next(101) },
            SlowStart = { Window = TimeSpan.FromSeconds(random.Next(2) * 30) },
            Zone = { Local = random.Next(3) is var zone and > 0 ? Zones[zone] : null, MinInstances = 1 + random.Next(6) },
            Subset = { Size = random.Next(5) },
        };
        options.Sticky.Enabled = random.Next(2) == 0;
        if (random.Next(2) == 0)
        {
            options.Routing.Fallback = (RoutingFallback)random.Next(3);
            options.Routing.VersionHeader = random.Next(2) == 0 ? "X-Version" : null;
            options.Routing.Default.Version = random.Next(3) == 0 ? "2" : null;
            for (var i = 1; i <= random.Next(4); i++)
            {
                options.Routing.Routes[$"{i}"] = new RouteOptions { Match = { Version = $"{i}" }, Percent = random.Next(2) == 0 ? 30 : null, Header = random.Next(2) == 0 ? "X-Test" : null };
            }
        }

        switch (random.Next(3))
        {
            case 0:
                options.Priority.Metadata = "tier";
                break;
            case 1:
                options.Priority.Zones = [Zones[random.Next(3)]];
                break;
        }

        if (random.Next(2) == 0)
        {
            (options.Subset.PeerIndex, options.Subset.PeerCount) = (random.Next(3), 3);
        }

        return options;
    }
}
