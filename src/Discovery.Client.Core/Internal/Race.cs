namespace Discovery.Client.Internal;

/// <summary>Waits for one of two. The loser goes on by itself.</summary>
/// <remarks>
/// <c>Task.WhenAny</c> and <c>Task.WaitAsync</c> go through the thread pool when the task was made to run its continuations asynchronously, as an adapter's may be;
/// a direct await, as in here, goes on where the loop runs.
/// </remarks>
internal static class Race
{
    /// <summary>Returns when one of them has ended, however. Does not throw.</summary>
    public static async Task FirstOf(Task first, Task second)
    {
        if (first.IsCompleted || second.IsCompleted)
        {
            return;
        }

        var ended = NewSource();
        _ = RunAsync(first, ended);
        _ = RunAsync(second, ended);
        await ended.Task.ConfigureAwait(true);
    }

    /// <summary>Waits for a task that may not look at the token.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task<T> OrCanceledAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        await OrCanceledAsync((Task)task, cancellationToken).ConfigureAwait(true);
        return await task.ConfigureAwait(true);
    }

    /// <inheritdoc cref="OrCanceledAsync{T}"/>
    public static async Task OrCanceledAsync(Task task, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            var ended = NewSource();
            using var cancellation = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), ended);
            _ = RunAsync(task, ended);
            await ended.Task.ConfigureAwait(true);
            if (!task.IsCompleted)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        await task.ConfigureAwait(true);
    }

    private static async Task RunAsync(Task runner, TaskCompletionSource ended)
    {
        await runner.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        ended.TrySetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
