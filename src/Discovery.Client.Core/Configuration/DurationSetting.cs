using static System.TimeSpan;

namespace Discovery.Client.Configuration;

/// <summary>A duration among the options with its range, which binds configuration and code alike.</summary>
internal sealed record DurationSetting<T>(string Key, TimeSpan Min, TimeSpan Max, Func<T, TimeSpan> Get, Action<T, TimeSpan> Set)
{
    public void Read(SettingsReader settings, T options) => Set(options, settings.GetDuration(Key, Get(options), Min, Max));

    public IEnumerable<string> Check(string path, T options)
        => Get(options) is var value && value >= Min && value <= Max ? []
            : [$"{path}:{Key} is {value:c}, a duration from {Min:c} to {Max:c} is expected."];
}

internal static class DurationSettings
{
    // Timers take at most 49 days.
    private static readonly TimeSpan Longest = FromDays(30);

    public static readonly DurationSetting<DiscoveryClientOptions>[] OfClient =
    [
        new("FirstAnswerTimeout", FromMilliseconds(10), FromMinutes(10), options => options.FirstAnswerTimeout, (options, value) => options.FirstAnswerTimeout = value),
        new("IdleTimeout", FromSeconds(1), Longest, options => options.IdleTimeout, (options, value) => options.IdleTimeout = value),
        new("ResyncInterval", FromSeconds(1), Longest, options => options.ResyncInterval, (options, value) => options.ResyncInterval = value),
        new("EmptyHold", Zero, Longest, options => options.EmptyHold, (options, value) => options.EmptyHold = value),
        new("DrainDelay", Zero, FromMinutes(5), options => options.DrainDelay, (options, value) => options.DrainDelay = value),
        new("DeregisterTimeout", FromMilliseconds(100), FromMinutes(5), options => options.DeregisterTimeout, (options, value) => options.DeregisterTimeout = value),
    ];

    public static readonly DurationSetting<Selection.PeakEwmaOptions>[] OfPeakEwma =
    [
        new("DecayTime", FromMilliseconds(100), FromHours(1), options => options.DecayTime, (options, value) => options.DecayTime = value),
        new("InitialLatency", FromMilliseconds(1), FromMinutes(1), options => options.InitialLatency, (options, value) => options.InitialLatency = value),
        new("FailureLatency", Zero, FromMinutes(5), options => options.FailureLatency, (options, value) => options.FailureLatency = value),
    ];

    public static readonly DurationSetting<Selection.OutlierOptions>[] OfOutlier =
    [
        new("Interval", FromSeconds(1), FromHours(1), options => options.Interval, (options, value) => options.Interval = value),
        new("EjectionTime", FromSeconds(1), FromDays(1), options => options.EjectionTime, (options, value) => options.EjectionTime = value),
        new("MaxEjectionTime", FromSeconds(1), FromDays(1), options => options.MaxEjectionTime, (options, value) => options.MaxEjectionTime = value),
    ];

    public static readonly DurationSetting<Selection.SlowStartOptions> SlowStartWindow =
        new("Window", Zero, FromHours(1), options => options.Window, (options, value) => options.Window = value);

    public static readonly DurationSetting<Selection.StickyOptions> StickyIdleTimeout =
        new("IdleTimeout", FromSeconds(1), FromDays(7), options => options.IdleTimeout, (options, value) => options.IdleTimeout = value);

    public static readonly DurationSetting<HedgingOptions> HedgingDelay =
        new("Delay", Zero, FromHours(1), options => options.Delay, (options, value) => options.Delay = value);

    public static readonly DurationSetting<CircuitBreakerOptions>[] OfCircuitBreaker =
    [
        new("Window", FromMilliseconds(500), FromDays(1), options => options.Window, (options, value) => options.Window = value),
        new("BreakTime", FromMilliseconds(500), FromDays(1), options => options.BreakTime, (options, value) => options.BreakTime = value),
    ];

    public static readonly DurationSetting<Registration.RegistrationOptions> TimeToLive =
        new("TimeToLive", FromSeconds(1), FromDays(1), options => options.TimeToLive, (options, value) => options.TimeToLive = value);
}
