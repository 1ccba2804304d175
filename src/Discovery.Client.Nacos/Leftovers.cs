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

    /// <summary>How long an attempt may go on when somebody waits for its end. Whoever registers has not much longer, and a server that hangs is to be left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ServiceKey Service, string? Ip, int Port), Leftover> _all = [];
    private readonly HashSet<(ServiceKey Service, string? Ip, int Port)> _told = [];
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
            Attempt attempt;
            lock (_lock)
            {
                if (!_all.TryGetValue(instance.Address, out var leftover) || leftover.Attempt is null)
                {
                    return _all.Remove(instance.Address);
                }

                attempt = leftover.Attempt;
            }

            attempt.Limit.CancelAfter(Patience);
            await attempt.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        var attempt = new Attempt(new(TaskCreationOptions.RunContinuationsAsynchronously), new(Timeout.InfiniteTimeSpan, clock));
        lock (_lock)
        {
            if (!_all.ContainsValue(leftover))
            {
                return;
            }

            leftover.Attempt = attempt;
        }

        var isOut = false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Limit.Token, _end.Token);
        try
        {
            await takeOut(leftover.Instance, either.Token).ConfigureAwait(false);
            isOut = true;
        }
        catch (Exception error)
        {
            // The next try is not far: rights may be given, and an API may come back. A person may have to know before.
            TellOnce(leftover.Instance, error);
        }
        finally
        {
            End(leftover, attempt, isOut);
        }
    }

    private void End(Leftover leftover, Attempt attempt, bool isOut)
    {
        lock (_lock)
        {
            if (isOut)
            {
                _told.Remove(leftover.Instance.Address);
            }

            if (_all.TryGetValue(leftover.Instance.Address, out var here) && here.Attempt == attempt)
            {
                here.Attempt = null;
                if (isOut && here == leftover)
                {
                    _all.Remove(leftover.Instance.Address);
                }
            }
        }

        attempt.Ended.SetResult();
    }

    private void TellOnce(RegisteredInstance instance, Exception error)
    {
        bool isNews;
        lock (_lock)
        {
            isNews = error is RegistryException { IsTransient: false } && _told.Add(instance.Address);
        }

        if (isNews)
        {
            RegistrationLog.NotTakenOut(logger, instance.Id, "Nacos", $"{error.Message} It is tried again and again.");
        }
    }

    private void TellLeft(RegisteredInstance instance) => RegistrationLog.NotTakenOut(logger, instance.Id, "Nacos", "no server has done it before the program ended.");

    private sealed class Leftover(RegisteredInstance instance)
    {
        public RegisteredInstance Instance { get; } = instance;

        /// <summary>What is under way; null: nothing.</summary>
        public Attempt? Attempt { get; set; }
    }

    /// <summary>One try to take an instance out.</summary>
    /// <param name="Ended">Done when it has ended, however.</param>
    /// <param name="Limit">Ends it. Not disposed: whoever waits may set it at any time, and nothing is held by it once its time is over.</param>
    private sealed record Attempt(TaskCompletionSource Ended, CancellationTokenSource Limit);
}
