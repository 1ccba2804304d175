using Discovery.Client.Internal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Registration;

/// <summary>Registers what is configured when the server listens, follows its reloads, and deregisters everything while the server still listens.</summary>
internal sealed partial class RegistrationHostedService(
    ServiceRegistrar registrar, EngineScheduler scheduler, IOptionsMonitor<DiscoveryClientOptions> options, ILogger<RegistrationHostedService> logger) : IHostedLifecycleService
{
    private readonly QuietLogger _logger = new(logger);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (IRegistrationHandle Handle, ServiceInstance Configured)> _registered = new(StringComparer.OrdinalIgnoreCase);
    private (string Key, ServiceRegistration Registration, string? Backend)[] _configured = [];
    private IDisposable? _reloads;

    /// <summary>Before anything listens, so that wrong settings fail the start as a whole.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _configured = [.. options.CurrentValue.Registrations.Select(pair => (pair.Key, RegistrationFactory.Create(pair.Key, pair.Value), pair.Value.Backend))];
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var (key, registration, backend) in _configured)
            {
                _registered[key] = (registrar.Register(registration, backend), registration.Instance);
            }
        }

        _reloads = options.OnChange((changed, _) => Reload(changed));
        Reload(options.CurrentValue);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => scheduler.Run(async () =>
    {
        _reloads?.Dispose();
        await registrar.StopAsync(out var count).ConfigureAwait(true);

        // A program that is not registered has no callers that would have to learn of its end.
        var drain = options.CurrentValue.DrainDelay;
        if (count > 0 && drain > TimeSpan.Zero)
        {
            await scheduler.Delay(drain, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    });

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Reload(DiscoveryClientOptions changed)
    {
        lock (_lock)
        {
            foreach (var (key, (handle, was)) in _registered.ToArray())
            {
                try
                {
                    if (changed.Registrations.TryGetValue(key, out var settings))
                    {
                        // An id that was derived from the address stays when the address changes: it is the same instance.
                        var now = RegistrationFactory.Create(key, settings).Instance with { InstanceId = was.InstanceId };
                        handle.Update(current => RegistrationChange.Apply(current, was, now));
                        _registered[key] = (handle, now);
                    }
                }
                catch (ObjectDisposedException)
                {
                    _registered.Remove(key);
                }
                catch (Exception exception)
                {
                    // Thrown here it would reach whoever triggered the reload: a file watcher's thread.
                    Log.ReloadFailed(_logger, RegistrationFactory.PathOf(key), exception);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(208, LogLevel.Error, "The changed settings of {Path} could not be taken over; it goes on with the old ones", EventName = "RegistrationReloadFailed")]
        public static partial void ReloadFailed(ILogger logger, string path, Exception exception);
    }
}
