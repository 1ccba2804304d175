namespace Discovery.Client.Internal;

/// <summary>Wakes everybody who waits. Waiters register first and then look at the state, so that nothing is missed.</summary>
/// <remarks>Awaited directly, a waiter goes on where its await says. <c>Task.WaitAsync</c> and <c>Task.WhenAny</c> on such a task would hop over the thread pool first.</remarks>
internal sealed class Broadcast
{
    private readonly Lock _lock = new();
    private List<Waiter>? _waiters;

    /// <summary>Registers a waiter; dispose it after the wait.</summary>
    public Waiter Register(CancellationToken cancellationToken)
    {
        var waiter = new Waiter(this);
        lock (_lock)
        {
            (_waiters ??= []).Add(waiter);
        }

        waiter.ListenTo(cancellationToken);
        return waiter;
    }

    public void Raise()
    {
        List<Waiter>? waiters;
        lock (_lock)
        {
            (waiters, _waiters) = (_waiters, null);
        }

        waiters?.ForEach(static waiter => waiter.Raise());
    }

    private void Remove(Waiter waiter)
    {
        lock (_lock)
        {
            _waiters?.Remove(waiter);
        }
    }

    internal sealed class Waiter(Broadcast owner) : IDisposable
    {
        private readonly TaskCompletionSource<bool> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _cancellation;

        /// <summary>Completes when the others wake, too (true), or when the token is cancelled (false). Never throws.</summary>
        public Task<bool> Task => _source.Task;

        public void ListenTo(CancellationToken cancellationToken)
            => _cancellation = cancellationToken.UnsafeRegister(static state => ((Waiter)state!)._source.TrySetResult(false), this);

        /// <summary>Wakes this one alone.</summary>
        public void Raise() => _source.TrySetResult(true);

        public void Dispose()
        {
            _cancellation.Dispose();
            owner.Remove(this);
        }
    }
}
