using System.Diagnostics;

namespace Discovery.Client.Telemetry;

/// <summary>The engine's source of activities. A choice from memory makes none; a wait for a registry's first answer does.</summary>
internal static class DiscoveryActivitySource
{
    public const string Name = "Discovery.Client";

    public static readonly ActivitySource Source = new(Name);

    public static Activity? StartWait(string serviceName, string backend)
    {
        var activity = Source.HasListeners() ? Source.StartActivity("discovery.wait_for_first_answer") : null;
        activity?.SetTag(DiscoveryMetrics.ServiceTag, serviceName);
        activity?.SetTag(DiscoveryMetrics.BackendTag, backend);
        return activity;
    }
}
