using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Etcd.Tests;

/// <summary>Makes backends for the tests.</summary>
internal static class BackendTestKit
{
    public static EtcdRegistryBackend Create(params IReadOnlyList<Uri> endpoints) => Create(_ => { }, endpoints);

    public static EtcdRegistryBackend Create(Action<EtcdOptions> configure, params IReadOnlyList<Uri> endpoints)
        => Create(configure, TimeProvider.System, NullLogger.Instance, endpoints);

    public static EtcdRegistryBackend Create(Action<EtcdOptions> configure, TimeProvider clock, ILogger log, params IReadOnlyList<Uri> endpoints)
    {
        var options = new EtcdOptions { Endpoints = [.. endpoints] };
        configure(options);
        return new EtcdRegistryBackend(options, clock, log, shuffle: _ => { });
    }
}
