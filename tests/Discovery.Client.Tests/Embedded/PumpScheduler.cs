namespace Discovery.Client.Tests.Embedded;

/// <summary>Runs tasks on the thread that calls <see cref="RunAll"/>, in order.</summary>
internal sealed class PumpScheduler : TaskScheduler
{
    private readonly Queue<Task> _tasks = new();

    public Task Start(Func<Task> loop) => Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    public void RunAll()
    {
        while (_tasks.TryDequeue(out var task))
        {
            TryExecuteTask(task);
        }
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    protected override void QueueTask(Task task) => _tasks.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
}
