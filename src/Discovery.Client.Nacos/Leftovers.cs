using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Persistent instances that servers may hold though nobody wants them. They would stay for ever, so they are taken out as soon as a server answers, whoever has given up meanwhile.</summary>
/// <param name="takeOut">Takes one out.</param>
/// <param name="clock">Times the pauses.</param>
/// <param name="logger">Where it is told what may stay.</param>
internal sealed class Leftovers(Func<RegisteredInstance, CancellationToken, Task> takeOut, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ServiceKey Service, string? Ip, int Port), RegisteredInstance> _all = [];
    private readonly CancellationTokenSource _end = new();
    private bool _isRunning;

    /// <summary>It is to be taken out.</summary>
    public void Add(RegisteredInstance instance)
    {
        lock (_lock)
        {
            _all[instance.Address] = instance;
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = RunAsync();
    }

    /// <summary>What has its address is wanted (again).</summary>
    /// <returns>Whether it was to be taken out.</returns>
    public bool Remove(RegisteredInstance instance)
    {
        lock (_lock)
        {
            return _all.Remove(instance.Address);
        }
    }

    /// <summary>Nobody tries any more.</summary>
    public void Dispose()
    {
        _end.Cancel();
        RegisteredInstance[] left;
        lock (_lock)
        {
            left = [.. _all.Values];
            _all.Clear();
        }

        foreach (var instance in left)
        {
            RegistrationLog.NotTakenOut(logger, instance.Id, "Nacos", "no server has answered before the program ended.");
        }
    }

    private async Task RunAsync()
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            RegisteredInstance[] all;
            lock (_lock)
            {
                if (_all.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                all = [.. _all.Values];
            }

            foreach (var instance in all)
            {
                await TakeOutAsync(instance).ConfigureAwait(false);
            }
        }
    }

    private async Task TakeOutAsync(RegisteredInstance instance)
    {
        try
        {
            if (IsHere(instance, andRemove: false))
            {
                await takeOut(instance, _end.Token).ConfigureAwait(false);
                IsHere(instance, andRemove: true);
            }
        }
        catch (RegistryException error) when (!error.IsTransient)
        {
            if (IsHere(instance, andRemove: true))
            {
                RegistrationLog.NotTakenOut(logger, instance.Id, "Nacos", error.Message);
            }
        }
        catch (Exception)
        {
            // The next try is not far.
        }
    }

    private bool IsHere(RegisteredInstance instance, bool andRemove)
    {
        lock (_lock)
        {
            return _all.TryGetValue(instance.Address, out var here) && ReferenceEquals(here, instance) && (!andRemove || _all.Remove(instance.Address));
        }
    }
}
