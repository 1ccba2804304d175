using System.Diagnostics.Metrics;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class RegistrationMetricsTests
{
    [Fact]
    public void Instruments_ShowStatesAndErrors()
    {
        var world = new RegistrationWorld();
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == world.Meters && instrument.Name is "discovery.client.registrations" or "discovery.client.registry.errors")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Meter.Scope == world.Meters)
            {
                var key = $"{instrument.Name} {tags[^1].Value}";
                seen[key] = value + (instrument.IsObservable ? 0 : seen.GetValueOrDefault(key));
            }
        });
        listener.Start();
        world.Register("a");
        world.Register("b");
        world.Run(RegistrationWorld.Ttl);

        world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        world.Register("c");
        listener.RecordObservableInstruments();
        Assert.Equal((2, 1), (seen["discovery.client.registrations registered"], seen["discovery.client.registrations pending"]));

        world.Run(RegistrationWorld.Ttl * 2);
        listener.RecordObservableInstruments();
        Assert.Equal(2, seen["discovery.client.registrations lost"]);
        Assert.True(seen["discovery.client.registry.errors Discovery.Client.RegistryException"] > 5);
    }
}
