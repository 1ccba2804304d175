using System.Globalization;
using System.Text;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Simulation;

/// <summary>One hour of three consumers and two providers on a registry that goes away and forgets, and providers that crash and come back. All chance comes from the seed.</summary>
internal sealed class SmokeSimulation : IDisposable
{
    private const string Service = "orders";

    private readonly SimulatedWorld _world;
    private readonly RandomSource _fate;
    private readonly StringBuilder _trace = new();
    private readonly List<IDiscoveryClient> _consumers = [];
    private readonly Dictionary<string, Cable> _providers = [];
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _tasks = [];
    private bool _everListed;

    public SmokeSimulation(ulong seed)
    {
        _world = new SimulatedWorld(seed: seed);
        _fate = RandomSource.Create(seed ^ 0xFA7E);
        _world.Registry.Latency = TimeSpan.FromMilliseconds(3);
    }

    public string Trace => _trace.ToString() + string.Join('\n', _world.Log.Lines);

    public int Picks { get; private set; }

    public int Faults { get; private set; }

    public void Run(TimeSpan duration)
    {
        foreach (var id in (string[])["p1", "p2"])
        {
            StartProvider(id);
        }

        for (var i = 0; i < 3; i++)
        {
            StartConsumer($"c{i}");
        }

        _world.Run(5);
        Assert.All(_consumers, consumer => Assert.Equal("p1,p2", Instances.Ids(consumer.GetView(Service).Instances)));
        _everListed = true;

        var quiet = TimeSpan.FromMinutes(5);
        for (var end = _world.Clock.Elapsed + duration - quiet; _world.Clock.Elapsed < end;)
        {
            _world.Run(20 + (_fate.NextDouble() * 160));
            Strike();
        }

        _world.Registry.Unreachable = false;
        _world.Run(quiet);
        var alive = string.Join(',', _providers.Where(provider => !provider.Value.IsCut).Select(provider => provider.Key).Order(StringComparer.Ordinal));
        foreach (var view in _consumers.Select(consumer => consumer.GetView(Service)))
        {
            Assert.Equal(alive, Instances.Ids(view.Instances));
            Assert.Null(view.StaleSince);
        }

        Assert.All(_tasks, task => Assert.False(task.IsCompleted, $"a loop of the simulation ended: {task.Exception}"));
        _world.AssertNothingLeftTheThread();
    }

    public void Dispose()
    {
        _end.Cancel();
        _world.Dispose();
        _end.Dispose();
    }

    private void Strike()
    {
        Faults++;
        var dead = _providers.Where(provider => provider.Value.IsCut).Select(provider => provider.Key).Order(StringComparer.Ordinal).FirstOrDefault();
        switch (_fate.Next(5))
        {
            case 0:
                Note($"registry away");
                _world.Registry.Unreachable = true;
                _world.Run(_fate.NextDouble() * 240);
                _world.Registry.Unreachable = false;
                Note($"registry back");
                RunUntilRestored();
                break;
            case 1:
                Note($"registry wiped");
                _world.Registry.Wipe();
                break;
            case 2:
                Note($"registry away");
                _world.Registry.Unreachable = true;
                _world.Run(_fate.NextDouble() * 60);
                _world.Registry.Wipe();
                _world.Registry.Unreachable = false;
                Note($"registry back, wiped");
                RunUntilRestored();
                break;
            default:
                if (dead is not null)
                {
                    StartProvider(dead);
                }
                else
                {
                    var victim = _fate.Next(2) == 0 ? "p1" : "p2";
                    Note($"{victim} crashes");
                    _providers[victim].IsCut = true;
                }

                break;
        }
    }

    // Providers are back within 36 s, and so long an emptied list is held. Another outage in that time would begin their pause anew: that is more than is promised.
    private void RunUntilRestored() => _world.Run(36);

    private void StartProvider(string id)
    {
        Note($"{id} starts");
        var cable = new Cable(_world.Backend);
        _providers[id] = cable;
        _world.AddProgram(id, cable).GetRequiredService<IServiceRegistrar>().Register(new() { Instance = Instances.Of(Service, id) });
    }

    private void StartConsumer(string name)
    {
        var client = _world.AddProgram(name).GetRequiredService<IDiscoveryClient>();
        _consumers.Add(client);
        _tasks.Add(_world.Start(async () =>
        {
            await foreach (var view in client.WatchAsync(Service, _end.Token))
            {
                Note($"{name} sees {view.State} {Instances.Ids(view.Instances)} {view.StaleReason}");
            }
        }));
        _tasks.Add(_world.Start(async () =>
        {
            while (true)
            {
                await _world.Scheduler.Delay(TimeSpan.FromMilliseconds(200), _end.Token);
                PickOnce(client, name);
            }
        }));
    }

    private void PickOnce(IDiscoveryClient client, string name)
    {
        using var pick = client.TryPick(Service);
        Picks++;
        _trace.Append(pick?.Instance.InstanceId[^1] ?? '-');
        if (pick is null && _everListed && _providers.Values.Any(cable => !cable.IsCut))
        {
            throw new InvalidOperationException($"{name} has nobody to call although a provider lives, at {_world.Clock}: {client.GetView(Service).Describe()}");
        }
    }

    private void Note(FormattableString what) => _trace.Append('\n').Append(_world.Clock).Append(' ').Append(what.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
