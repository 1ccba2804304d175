using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>Applies a snapshot of 10 000 instances of which one has changed.</summary>
internal sealed class ViewCall
{
    private const int Size = 10_000;

    private readonly ServiceOptions _options = new();
    private readonly ServiceViewBuilder _builder;
    private readonly ServiceSnapshot[] _snapshots;
    private ServiceView _view;
    private int _turn;

    public ViewCall()
    {
        var services = new ServiceCollection();
        services.AddDiscoveryClient();
        _builder = new ServiceViewBuilder(services.BuildServiceProvider().GetRequiredService<PickerFactory>());
        var instances = Enumerable.Range(0, Size).Select(PickerCall.Instance).ToArray();
        var first = ServiceSnapshot.Create(instances, new SnapshotVersion(1, 1));
        instances[Size / 2] = instances[Size / 2] with { Weight = 2 };
        _snapshots = [first, ServiceSnapshot.Create(instances, new SnapshotVersion(1, 2), first)];
        _view = new ServiceView(TimeProvider.System) { ServiceName = "greeter", Query = new ServiceQuery("greeter"), Backend = "bench" };
        Run();
    }

    public int Run()
    {
        _view = _builder.Accept(_view, _snapshots[_turn ^= 1], _view.Query, _options, 0, out var differences);
        return differences;
    }
}
