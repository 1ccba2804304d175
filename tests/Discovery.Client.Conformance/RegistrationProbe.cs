namespace Discovery.Client.Conformance;

/// <summary>Keeps one registration alive as the engine does, in small: renews it often, makes it again when it is lost, for as long as it lives.</summary>
public sealed class RegistrationProbe : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly IRegistryBackend _backend;
    private readonly ServiceRegistration _registration;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private volatile Lease? _lease;
    private volatile int _registered;

    /// <summary>Starts to keep the registration.</summary>
    /// <param name="backend">The backend; it outlives this.</param>
    /// <param name="registration">What is to stand in the registry.</param>
    public RegistrationProbe(IRegistryBackend backend, ServiceRegistration registration)
    {
        _backend = backend;
        _registration = registration;
        _loop = Task.Run(KeepAsync);
    }

    /// <summary>How often the registry has taken the registration.</summary>
    public int Registered => _registered;

    /// <summary>Stops renewing; does not deregister.</summary>
    /// <exception cref="TimeoutException">A call did not end within five seconds after it was cancelled.</exception>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(TimeSpan.FromSeconds(5));
        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (_lease is not { Group: var group } || group.Lost.IsCancellationRequested)
                {
                    _lease = await _backend.RegisterAsync(_registration, _stop.Token);
                    _registered++;
                }
                else if (group.RenewEvery is not null)
                {
                    await _backend.RenewAsync(group, _stop.Token);
                }
            }
            catch (LeaseLostException)
            {
                _lease = null;
                continue;
            }
            catch (RegistryException)
            {
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Pause).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
