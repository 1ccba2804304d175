namespace Discovery.Client.Registration;

/// <summary>
/// Bounds how much of one backend's registering goes on at once: to one while it leaves attempts without an answer, so that a registry that hangs is not given all registrations to swallow.
/// When a registry that cannot be reached is asked again is the connection gate's matter.
/// </summary>
/// <remarks>Not a SemaphoreSlim: a cancellable wait for one resumes on the thread pool, and the loops must stay on their scheduler.</remarks>
internal sealed class RegistrationLane
{
    public const int Width = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _inside;
    private bool _hangs;

    /// <summary>Waits for a turn. Each turn that was got must be ended by <see cref="Leave"/>.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
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
    }

    /// <param name="hung">Whether the attempt was given up without an answer.</param>
    public void Leave(bool hung)
    {
        lock (_lock)
        {
            _inside--;
            _hangs = hung;
            while (HasRoom && _waiting.TryDequeue(out var next))
            {
                _inside += next.TrySetResult() ? 1 : 0;
            }
        }
    }

    private bool HasRoom => _inside < (_hangs ? 1 : Width);
}
