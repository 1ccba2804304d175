using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Nacos.Tests;

/// <summary>Makes backends for the tests.</summary>
internal static class BackendTestKit
{
    /// <summary>How often lists are asked for over HTTP: ten times as often as servers want it, so that tests need not wait for it.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>A server that starts or works beside a dozen others on two processors may take longer for an answer than the three seconds after which the engine would ask again; most tests ask once.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    public static NacosRegistryBackend Create(NacosTransport transport, params IReadOnlyList<Uri> endpoints) => Create(transport, _ => { }, endpoints);

    public static NacosRegistryBackend Create(NacosTransport transport, Action<NacosOptions> configure, params IReadOnlyList<Uri> endpoints)
        => Create(transport, configure, TimeProvider.System, NullLogger.Instance, endpoints);

    public static NacosRegistryBackend Create(NacosTransport transport, Action<NacosOptions> configure, TimeProvider clock, ILogger log, params IReadOnlyList<Uri> endpoints)
    {
        var options = new NacosOptions { Transport = transport, Endpoints = [.. endpoints], PollInterval = PollInterval };
        if (clock == TimeProvider.System)
        {
            options.RequestTimeout = RequestTimeout;
        }

        configure(options);
        return NacosBackendFactory.Create(options, clock, log, shuffle: _ => { });
    }
}
