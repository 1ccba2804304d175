namespace Discovery.Client.Internal;

/// <summary>
/// Runs tasks on a few threads of its own, so that they run while the thread pool has none free. A thread is made when it is needed
/// and ends when it has had nothing to do for a while, so nothing has to be disposed.
/// </summary>
internal sealed class DedicatedTaskScheduler(string name, int maxThreads) : TaskScheduler
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    private readonly Queue<Task> _queue = new();
    private int _threads;
    private int _idle;

    [ThreadStatic]
    private static DedicatedTaskScheduler? _current;

    public override int MaximumConcurrencyLevel => maxThreads;

    protected override void QueueTask(Task task)
    {
        lock (_queue)
        {
            _queue.Enqueue(task);
            if (_queue.Count <= _idle || _threads == maxThreads)
            {
                Monitor.Pulse(_queue);
                return;
            }

            _threads++;
        }

        // UnsafeStart: the caller's execution context must not live as long as the thread.
        new Thread(Work, maxStackSize: 256 * 1024) { IsBackground = true, Name = name }.UnsafeStart();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => !taskWasPreviouslyQueued && _current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_queue)
        {
            return _queue.ToArray();
        }
    }

    private void Work()
    {
        _current = this;
        while (TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    private bool TryDequeue(out Task task)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out task!))
            {
                _idle++;
                var pulsed = Monitor.Wait(_queue, Linger);
                _idle--;
                if (!pulsed && _queue.Count == 0)
                {
                    _threads--;
                    return false;
                }
            }

            return true;
        }
    }
}
