using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Discovery.Client.Benchmarks;

/// <summary>Somebody who measures and traces: all instruments of the library, and a recorded activity around every call.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly Activity _activity = new("call");
    private long _sum;

    public Listeners()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Discovery.Client")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
        _meters.Start();
        _activity.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        _activity.Start();
    }

    public void Dispose()
    {
        _activity.Dispose();
        _meters.Dispose();
    }
}
