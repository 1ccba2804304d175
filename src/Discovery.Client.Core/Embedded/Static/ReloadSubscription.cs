using Microsoft.Extensions.Configuration;

namespace Discovery.Client.Embedded;

/// <summary>Calls back after each reload of a configuration, until disposed.</summary>
internal sealed class ReloadSubscription : IDisposable
{
    private readonly IConfiguration _configuration;
    private readonly Action _reloaded;
    private IDisposable? _registration;
    private volatile bool _disposed;

    public ReloadSubscription(IConfiguration configuration, Action reloaded)
    {
        (_configuration, _reloaded) = (configuration, reloaded);
        Register();
    }

    public void Dispose()
    {
        _disposed = true;
        Volatile.Read(ref _registration)?.Dispose();
    }

    private void Register()
    {
        // A token fires once; the next one is taken before the values are read, so that no reload falls between.
        var registration = _configuration.GetReloadToken().RegisterChangeCallback(
            static state =>
            {
                var subscription = (ReloadSubscription)state!;
                if (!subscription._disposed)
                {
                    subscription.Register();
                    subscription._reloaded();
                }
            },
            this);
        Volatile.Write(ref _registration, registration);
        if (_disposed)
        {
            registration.Dispose();
        }
    }
}
