using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Consul.Tests;

/// <summary>Makes backends for the tests.</summary>
internal static class BackendTestKit
{
    public static ConsulRegistryBackend Create(params IReadOnlyList<Uri> endpoints) => Create(_ => { }, endpoints);

    public static ConsulRegistryBackend Create(Action<ConsulOptions> configure, params IReadOnlyList<Uri> endpoints)
        => Create(configure, TimeProvider.System, NullLogger.Instance, endpoints);

    public static ConsulRegistryBackend Create(Action<ConsulOptions> configure, TimeProvider clock, ILogger log, params IReadOnlyList<Uri> endpoints)
    {
        var options = new ConsulOptions { Endpoints = [.. endpoints] };
        configure(options);
        return new ConsulRegistryBackend(options, clock, log, chooseFirst: _ => 0);
    }
}
