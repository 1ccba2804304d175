using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

internal sealed partial class ServiceEntry
{
    private OutlierSweep? _outliers;
    private bool _isStarting;
    private int _refused;

    /// <summary>Does what layers need time for: looks for outliers, and raises the weights of instances that start slowly. Called by one at a time.</summary>
    public void SweepLayers()
    {
        var options = _environment.OptionsOf(Name);
        var selection = options.Selection ?? _environment.Options.Selection;
        var weighs = false;
        if (selection.Outlier.Enabled || _outliers is not null)
        {
            _outliers ??= new OutlierSweep(Name, _environment.Clock, _environment.Random, _environment.Logger);
            var view = View;
            weighs = _outliers.Run(view.Candidates, view.AllNodes, selection.Outlier) && selection.SharesOutLoad();
        }

        // What a circuit breaker keeps requests away from is as little available as what is ejected, and nobody tells when that changes.
        weighs |= selection.SharesOutLoad() && _refused != (_refused = PrintOfRefused(View.Candidates));

        // As long as a view shows less than the whole weight, which may be for one round longer than the window.
        weighs |= selection.SlowStart.Window > TimeSpan.Zero
            && (_isStarting | (_isStarting = SlowStartFilter.IsStarting(View.Candidates, selection.SlowStart, _environment.Clock, _environment.Clock.GetTimestamp())));
        if (weighs || (_outliers?.Out ?? 0) != View.Ejected)
        {
            Update(current => Reweigh(new ServiceView(current) { Ejected = _outliers?.Out ?? 0 }, weighs));
        }

        ServiceView Reweigh(ServiceView view, bool always)
            => !view.Candidates.IsEmpty && (always || ServiceViewBuilder.Panics(view, selection) != view.IsPanicking) ? _environment.Views.Reweigh(view, options) : view;
    }

    private static int PrintOfRefused(ImmutableArray<WeightedNode> nodes)
    {
        var print = 0;
        foreach (var (node, _) in nodes)
        {
            print ^= node.IsRefused ? RuntimeHelpers.GetHashCode(node) : 0;
        }

        return print;
    }

    // Told where the view is swapped, since lists, settings and outliers all may bring it about.
    private void TellPanic(ServiceView view)
    {
        var (available, all) = (view.Candidates.Length - view.Ejected, view.Candidates.Length + view.Unhealthy.Length);
        if (view.IsPanicking)
        {
            var level = _environment.LevelOf(LogLevel.Warning, 362, Backend);
            Log.PanicBegan(_environment.Logger, level, Name, available, all);
        }
        else
        {
            var level = _environment.LevelOf(LogLevel.Information, 363, Backend);
            Log.PanicEnded(_environment.Logger, level, Name, available, all);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 362, Message = "Service {Service}: of {All} instances only {Available} are available, so that requests go to all of them.", EventName = "PanicBegan")]
        public static partial void PanicBegan(ILogger logger, LogLevel level, string service, int available, int all);

        [LoggerMessage(EventId = 363, Message = "Service {Service}: {Available} of {All} instances are available again; requests go to these.", EventName = "PanicEnded")]
        public static partial void PanicEnded(ILogger logger, LogLevel level, string service, int available, int all);
    }
}
