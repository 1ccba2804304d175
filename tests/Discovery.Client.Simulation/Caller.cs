using System.Collections.Immutable;
using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Simulation;

/// <summary>A program that calls a service: nodes of its own, a picker, and what the engine does around a request.</summary>
public sealed class Caller
{
    private readonly VirtualTime _time;
    private readonly ISelector _selector;
    private readonly SelectionOptions _options;
    private readonly RandomSource _random;
    private readonly Func<int, string>? _zone;
    private readonly Dictionary<int, ServiceNode> _known = [];
    private readonly Dictionary<ServiceNode, int> _numbers = [];
    private ImmutableArray<WeightedNode> _list = [];
    private IPicker? _picker;

    /// <param name="time">The clock.</param>
    /// <param name="selector">How it chooses.</param>
    /// <param name="random">The picker's dice.</param>
    /// <param name="options">The settings of selector and layers; null: as shipped.</param>
    /// <param name="zone">The zone of each server; null: they have none.</param>
    public Caller(VirtualTime time, ISelector selector, RandomSource random, SelectionOptions? options = null, Func<int, string>? zone = null)
    {
        _zone = zone;
        _time = time;
        _selector = selector;
        _random = random;
        _options = options ?? new SelectionOptions();
    }

    /// <summary>The nodes it knows, in the order of the list.</summary>
    public ImmutableArray<WeightedNode> Nodes { get; private set; } = [];

    /// <summary>Takes a list of servers, as a new view is taken: nodes of those it knew already stay, and the picker learns of the one before.</summary>
    /// <param name="servers">The numbers of the servers, ordered as the engine orders lists.</param>
    /// <param name="weight">The weight of each; null: all alike.</param>
    public void Take(IEnumerable<int> servers, Func<int, double>? weight = null)
    {
        var joinedAt = _list.IsEmpty ? default(long?) : _time.GetTimestamp();
        _list = [.. servers.Select(number => new WeightedNode(Node(number, joinedAt), weight?.Invoke(number) ?? 1))];
        Weigh();
        foreach (var gone in _known.Where(pair => !_list.Any(node => ReferenceEquals(node.Node, pair.Value))).ToArray())
        {
            _known.Remove(gone.Key);
        }
    }

    /// <summary>Lets the layers act, as the engine does with each list and each second while an instance starts slowly.</summary>
    public void Weigh()
    {
        Nodes = Layers.Apply(_list, _options, _time, _random);
        _picker = _selector.CreatePicker(new SelectorContext
        {
            Nodes = Nodes,
            Options = new ServiceOptions(),
            Selection = _options,
            Previous = _picker,
            TimeProvider = _time,
            Random = _random,
        });
    }

    /// <summary>Chooses a server; nothing is counted.</summary>
    public int Choose(ulong? key = null) => _numbers[Pick(key)];

    /// <summary>A node it knows.</summary>
    public ServiceNode this[int server] => _known[server];

    /// <summary>The number of the server that a node is.</summary>
    public int NumberOf(ServiceNode node) => _numbers[node];

    /// <summary>Sends a request.</summary>
    /// <param name="serve">What the server does with it: it has to call back when it is done.</param>
    /// <param name="key">Its key, hashed.</param>
    /// <returns>Which server it went to.</returns>
    public int Send(Action<int, Action<RequestOutcome>> serve, ulong? key = null)
    {
        ArgumentNullException.ThrowIfNull(serve);
        var started = _time.GetTimestamp();
        var node = Pick(key);
        node.BeginRequest();
        var number = _numbers[node];
        serve(number, outcome =>
        {
            node.Observe(outcome, started, _time.GetTimestamp());
            node.EndRequest(outcome);
        });
        return number;
    }

    private ServiceNode Pick(ulong? key)
        => (_picker ?? throw new InvalidOperationException("It has no list.")).Pick(new PickContext { HashKey = key, Now = _time.GetTimestamp() })
            ?? throw new InvalidOperationException("Nothing was chosen.");

    private ServiceNode Node(int number, long? joinedAt)
    {
        if (!_known.TryGetValue(number, out var node))
        {
            node = new ServiceNode(new ServiceInstance
            {
                ServiceName = "simulated",
                InstanceId = number.ToString("00000", CultureInfo.InvariantCulture),
                Host = "10.0.0.1",
                Port = 1000 + number,
                Zone = _zone?.Invoke(number),
            })
            {
                JoinedAt = joinedAt,
            };
            _known[number] = node;
            _numbers[node] = number;
        }

        return node;
    }
}
