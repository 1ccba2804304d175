using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class PickerFactoryTests
{
    private readonly ServiceCollection _services = new();

    private IDiscoveryClientBuilder Builder => _services.AddDiscoveryClient();

    [Fact]
    public void Create_NoCandidates_NoPicker()
    {
        Assert.Null(Factory().Create("greeter", new ServiceOptions(), [], null, out var nodes));
        Assert.Empty(nodes);
    }

    [Fact]
    public void Create_Filters_RunInOrderOfRegistration()
    {
        Builder.AddFilter(new Filter(nodes => nodes.RemoveAt(0))).AddFilter(new Filter(nodes => [nodes[0]]));
        var all = Nodes.Of(3);

        Factory().Create("greeter", new ServiceOptions(), all, null, out var nodes);

        Assert.Equal([all[1]], nodes);
    }

    [Fact]
    public void Create_FilterLeavesNothing_IsIgnored()
    {
        Builder.AddFilter(new Filter(_ => [])).AddFilter(new Filter(_ => default));

        Factory().Create("greeter", new ServiceOptions(), Nodes.Of(3), null, out var nodes);

        Assert.Equal(3, nodes.Length);
    }

    [Fact]
    public void Create_FilterThrows_IsIgnored()
    {
        Builder.AddFilter(new Filter(_ => throw new InvalidOperationException("broken")));

        Assert.NotNull(Factory().Create("greeter", new ServiceOptions(), Nodes.Of(3), null, out var nodes));
        Assert.Equal(3, nodes.Length);
    }

    [Fact]
    public void Create_WeightZero_TakesNoTraffic()
    {
        var all = Nodes.Of(3);

        Factory().Create("greeter", new ServiceOptions(), all.SetItem(1, all[1] with { Weight = 0 }), null, out var nodes);

        Assert.Equal([all[0], all[2]], nodes);
    }

    [Fact]
    public void Create_AllWeightsZero_AllTakeTraffic()
    {
        ImmutableArray<WeightedNode> all = [.. Nodes.Of(3).Select(node => node with { Weight = 0 })];

        Factory().Create("greeter", new ServiceOptions(), all, null, out var nodes);

        Assert.Equal(3, nodes.Length);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.MaxValue, 1e12)]
    public void Create_FilterGivesWeightsWithoutEnd_Bounded(double weight, double expected)
    {
        Builder.AddFilter(new Filter(nodes => [nodes[0] with { Weight = weight }, .. nodes[1..]]));

        Factory().Create("greeter", new ServiceOptions { Selector = SelectorNames.PickFirst }, Nodes.Of(3), null, out var nodes);

        Assert.Equal([expected, 1, 1], nodes.Select(node => node.Weight));
    }

    [Fact]
    public void Create_SelectorThrewOnce_IsNotGivenAnothersPicker()
    {
        var (previous, throws) = (new List<IPicker?>(), true);
        Builder.AddSelector("mine", new Selector(context =>
        {
            previous.Add(context.Previous);
            return throws ? throw new InvalidOperationException("broken") : new First(context.Nodes);
        }));
        var (factory, mine) = (Factory(), new ServiceOptions { Selector = "mine" });

        var substitute = factory.Create("greeter", mine, Nodes.Of(2), null, out _);
        throws = false;
        var picker = factory.Create("greeter", mine, Nodes.Of(2), substitute, out _);

        Assert.Equal([null, null], previous);
        Assert.IsType<First>(Unguarded(picker));
    }

    [Fact]
    public void Create_SelectorByName_AnyCase()
    {
        Builder.AddSelector("mine", new Selector(context => new First(context.Nodes)));
        var all = Nodes.Of(3);

        var picker = Factory().Create("greeter", new ServiceOptions { Selector = "MINE" }, all, null, out _);

        Assert.IsType<First>(Unguarded(picker));
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("unmade")]
    [InlineData("unknown")]
    public void Create_SelectorThrowsOrIsUnknown_AnotherTakesItsPlace(string name)
    {
        Builder.AddSelector("broken", new Selector(_ => throw new InvalidOperationException("broken"))).AddSelector<Unmade>("unmade");

        var picker = Factory().Create("greeter", new ServiceOptions { Selector = name }, Nodes.Of(3), null, out _);

        Assert.NotNull(picker!.Pick(default));
    }

    [Fact]
    public void Create_Previous_OnlyFromTheSameSelector()
    {
        var previous = new List<IPicker?>();
        Builder.AddSelector("mine", new Selector(context =>
        {
            previous.Add(context.Previous);
            return new First(context.Nodes);
        }));
        var (mine, other) = (new ServiceOptions { Selector = "mine" }, new ServiceOptions { Selector = "random" });
        var factory = Factory();

        var first = factory.Create("greeter", mine, Nodes.Of(2), null, out _);
        var second = factory.Create("greeter", mine, Nodes.Of(2), first, out _);
        var third = factory.Create("greeter", other, Nodes.Of(2), second, out _);
        factory.Create("greeter", mine, Nodes.Of(2), third, out _);

        Assert.Equal([null, Unguarded(first), null], previous);
    }

    private static IPicker Unguarded(IPicker? picker) => Assert.IsType<GuardedPicker>(picker).Inner;

    [Fact]
    public void Registry_UnknownName_SuggestsTheNearest()
    {
        Builder.AddSelector("mine", new Selector(context => new First(context.Nodes)));
        var registry = _services.BuildServiceProvider().GetRequiredService<SelectorRegistry>();

        Assert.Equal(["consistent-hash", "least-requests", "mine", "peak-ewma", "pick-first", "random", "round-robin", "weighted-random", "weighted-round-robin"], registry.Names.Order());
        Assert.Equal("there is no selector 'round-robbin' (did you mean 'round-robin'?)", registry.Reject("round-robbin"));
        Assert.Null(registry.Reject("Round-Robin"));
    }

    [Fact]
    public void AddFilter_SameTypeTwice_OnceThere()
    {
        Builder.AddFilter<NoFilter>().AddFilter<NoFilter>();

        Assert.Single(_services.BuildServiceProvider().GetServices<IServiceFilter>().OfType<NoFilter>());
    }

    private PickerFactory Factory()
    {
        _ = Builder;
        return _services.BuildServiceProvider().GetRequiredService<PickerFactory>();
    }

    private sealed class NoFilter : IServiceFilter
    {
        public string Name => "none";

        public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context) => nodes;
    }

    private sealed class Filter(Func<ImmutableArray<WeightedNode>, ImmutableArray<WeightedNode>> apply) : IServiceFilter
    {
        public string Name => "test";

        public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context) => apply(nodes);
    }

    private sealed class Selector(Func<SelectorContext, IPicker> create) : ISelector
    {
        public IPicker CreatePicker(in SelectorContext context) => create(context);
    }

    private sealed class Unmade : ISelector
    {
        public Unmade() => throw new InvalidOperationException("unmade");

        public IPicker CreatePicker(in SelectorContext context) => throw new NotSupportedException();
    }

    private sealed class First(ImmutableArray<WeightedNode> nodes) : IPicker
    {
        public ServiceNode? Pick(in PickContext context) => nodes[0].Node;
    }
}
