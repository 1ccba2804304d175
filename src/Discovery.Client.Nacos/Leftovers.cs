using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Persistent instances that servers may hold though nobody wants them. They would stay for ever, so they are taken out as soon as a server agrees, whoever has given up meanwhile.</summary>
/// <param name="takeOut">Takes one out.</param>
/// <param name="clock">Times the pauses.</param>
/// <param name="logger">Where it is told what may stay.</param>
internal sealed class Leftovers(Func<RegisteredInstance, CancellationToken, Task> takeOut, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ServiceKey Service, string? Ip, int Port), Leftover> _all = [];
    private readonly CancellationTokenSource _end = new();
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>It is to be taken out.</summary>
    public void Add(RegisteredInstance instance)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _all[instance.Address] = new(instance) { Attempt = _all.GetValueOrDefault(instance.Address)?.Attempt };
                if (!_isRunning)
                {
                    _isRunning = true;
                    _ = RunAsync();
                }

                return;
            }
        }

        TellLeft(instance);
    }

    /// <summary>What has its address is wanted (again). An attempt to take it out is over before this returns, since one that came later would take out what is registered next.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Ends the wait; it is to be taken out still.</param>
    /// <returns>Whether it was to be taken out, and was not.</returns>
    public async ValueTask<bool> RemoveAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task attempt;
            lock (_lock)
            {
                if (!_all.TryGetValue(instance.Address, out var leftover) || leftover.Attempt is null)
                {
                    return _all.Remove(instance.Address);
                }

                attempt = leftover.Attempt.Task;
            }

            await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody tries any more.</summary>
    public void Dispose()
    {
        Leftover[] left;
        lock (_lock)
        {
            _isDisposed = true;
            left = [.. _all.Values];
            _all.Clear();
        }

        _end.Cancel();
        foreach (var leftover in left)
        {
            TellLeft(leftover.Instance);
        }
    }

    private async Task RunAsync()
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Leftover[] all;
            lock (_lock)
            {
                if (_all.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                all = [.. _all.Values];
            }

            foreach (var leftover in all)
            {
                // Whatever a logger throws: there is a next try.
                await TryAsync(leftover).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TryAsync(Leftover leftover)
    {
        var attempt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_all.ContainsValue(leftover))
            {
                return;
            }

            leftover.Attempt = attempt;
        }

        var isOut = false;
        try
        {
            await takeOut(leftover.Instance, _end.Token).ConfigureAwait(false);
            isOut = true;
        }
        catch (Exception error)
        {
            // The next try is not far: rights may be given, and an API may come back. A person may have to know before.
            TellOnce(leftover, error);
        }
        finally
        {
            End(leftover, attempt, isOut);
        }
    }

    private void End(Leftover leftover, TaskCompletionSource attempt, bool isOut)
    {
        lock (_lock)
        {
            if (_all.TryGetValue(leftover.Instance.Address, out var here) && here.Attempt == attempt)
            {
                here.Attempt = null;
                if (isOut && here == leftover)
                {
                    _all.Remove(leftover.Instance.Address);
                }
            }
        }

        attempt.SetResult();
    }

    private void TellOnce(Leftover leftover, Exception error)
    {
        if (error is RegistryException { IsTransient: false } && !leftover.IsTold)
        {
            leftover.IsTold = true;
            RegistrationLog.NotTakenOut(logger, leftover.Instance.Id, "Nacos", $"{error.Message} It is tried again and again.");
        }
    }

    private void TellLeft(RegisteredInstance instance) => RegistrationLog.NotTakenOut(logger, instance.Id, "Nacos", "no server has done it before the program ended.");

    private sealed class Leftover(RegisteredInstance instance)
    {
        public RegisteredInstance Instance { get; } = instance;

        public bool IsTold { get; set; }

        /// <summary>Ends with the attempt that is under way, however that ends; null: none is.</summary>
        public TaskCompletionSource? Attempt { get; set; }
    }
}
