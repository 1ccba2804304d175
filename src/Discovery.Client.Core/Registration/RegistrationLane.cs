using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Registration;

/// <summary>
/// Bounds how much of one backend's registering goes on at once. While its connection is down one registration at a time asks, with growing pauses,
/// so that a dead server is not asked once per registration.
/// </summary>
/// <remarks>Not a SemaphoreSlim: a cancellable wait for one resumes on the thread pool, and the loops must stay on their scheduler.</remarks>
internal sealed class RegistrationLane(EngineScheduler scheduler, RandomSource random)
{
    public const int Width = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _inside;
    private int _failures;
    private TimeSpan _pause;
    private ClockReading _since;

    /// <summary>Waits for a turn. Each turn that was got must be ended by <see cref="Leave"/>.</summary>
    public async Task EnterAsync(bool evenIfDown, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_waiting.Count == 0 && HasRoom)
            {
                _inside++;
            }
            else
            {
                _waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        if (turn is not null)
        {
            using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn))
            {
                await turn.Task.ConfigureAwait(true);
            }
        }

        if (!evenIfDown && Left is { Ticks: > 0 } left)
        {
            try
            {
                await scheduler.Delay(left, cancellationToken).ConfigureAwait(true);
            }
            catch (OperationCanceledException)
            {
                Leave(LaneOutcome.Unknown);
                throw;
            }
        }
    }

    public void Leave(LaneOutcome outcome)
    {
        lock (_lock)
        {
            _inside--;
            if (outcome == LaneOutcome.ConnectionFailed)
            {
                _failures++;
                _since = ClockReading.Of(scheduler.TimeProvider);
                _pause = _failures == 1 ? TimeSpan.Zero : new Backoff(_failures - 1).Pause(random);
            }
            else if (outcome == LaneOutcome.Answered)
            {
                _failures = 0;
            }

            while (HasRoom && _waiting.TryDequeue(out var next))
            {
                _inside += next.TrySetResult() ? 1 : 0;
            }
        }
    }

    private bool HasRoom => _inside < (_failures > 0 ? 1 : Width);

    private TimeSpan Left
    {
        get
        {
            lock (_lock)
            {
                return _failures == 0 ? TimeSpan.Zero : _pause - _since.Until(ClockReading.Of(scheduler.TimeProvider));
            }
        }
    }
}
