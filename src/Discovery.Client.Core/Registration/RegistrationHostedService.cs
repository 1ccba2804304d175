using Discovery.Client.Internal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Registration;

/// <summary>Registers what is configured when the server listens, and deregisters everything while it still does.</summary>
internal sealed class RegistrationHostedService(ServiceRegistrar registrar, EngineScheduler scheduler, IOptions<DiscoveryClientOptions> options) : IHostedLifecycleService
{
    private (ServiceRegistration Registration, string? Backend)[] _configured = [];

    /// <summary>Before anything listens, so that wrong settings fail the start as a whole.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _configured = [.. options.Value.Registrations.Select(pair => (RegistrationFactory.Create(pair.Key, pair.Value), pair.Value.Backend))];
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var (registration, backend) in _configured)
        {
            registrar.Register(registration, backend);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => scheduler.Run(async () =>
    {
        await registrar.StopAsync(out var count).ConfigureAwait(true);

        // A program that is not registered has no callers that would have to learn of its end.
        if (count > 0 && options.Value.DrainDelay > TimeSpan.Zero)
        {
            await scheduler.Delay(options.Value.DrainDelay, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    });

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
