using System.Collections.Concurrent;

namespace Discovery.Client.Tests.Embedded;

/// <summary>Runs tasks on the thread that calls <see cref="RunAll"/>, in order.</summary>
internal sealed class PumpScheduler : TaskScheduler
{
    private readonly ConcurrentQueue<Task> _tasks = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _firstForeignUse;

    /// <summary>Where another thread than the one that made the scheduler has queued something first; null if none has.</summary>
    public string? FirstForeignUse => Volatile.Read(ref _firstForeignUse);

    public Task Start(Func<Task> loop) => Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    public void RunAll()
    {
        while (_tasks.TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _ = Interlocked.CompareExchange(ref _firstForeignUse, Environment.StackTrace, null);
        }

        _tasks.Enqueue(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
}
