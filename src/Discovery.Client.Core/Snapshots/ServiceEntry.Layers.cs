using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

internal sealed partial class ServiceEntry
{
    private OutlierSweep? _outliers;
    private bool _isStarting;

    /// <summary>Does what layers need time for: looks for outliers, and raises the weights of instances that start slowly. Called by one at a time.</summary>
    public void SweepLayers()
    {
        var options = _environment.OptionsOf(Name);
        var selection = options.Selection ?? _environment.Options.Selection;
        var view = View;
        if (selection.Outlier.Enabled || _outliers is not null)
        {
            _outliers ??= new OutlierSweep(Name, _environment.Clock, _environment.Random, _environment.Logger);
            _outliers.Run(view.Candidates, selection.Outlier);
        }

        // As long as a view shows less than the whole weight, which may be for one round longer than the window.
        if (selection.SlowStart.Window > TimeSpan.Zero && (_isStarting | (_isStarting = SlowStartFilter.IsStarting(view.Candidates, selection.SlowStart, _environment.Clock, _environment.Clock.GetTimestamp()))))
        {
            Update(current => _environment.Views.Reweigh(current, options));
        }
    }
}
