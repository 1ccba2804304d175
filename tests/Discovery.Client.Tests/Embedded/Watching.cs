using System.Threading.Channels;

namespace Discovery.Client.Tests.Embedded;

/// <summary>Runs a watch in the background and waits for what it yields, with a deadline.</summary>
internal sealed class Watching<T> : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource _cancel = new();
    private readonly Channel<T> _answers = Channel.CreateUnbounded<T>();
    private readonly Task _loop;

    public Watching(Func<CancellationToken, IAsyncEnumerable<T>> watch) => _loop = Task.Run(async () =>
    {
        try
        {
            await foreach (var answer in watch(_cancel.Token))
            {
                _answers.Writer.TryWrite(answer);
            }
        }
        catch (Exception exception)
        {
            _answers.Writer.TryComplete(exception);
        }
    });

    /// <summary>The next answer that fulfils the condition; throws what ended the watch.</summary>
    public async Task<T> Until(Func<T, bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            if (!await _answers.Reader.WaitToReadAsync(deadline.Token))
            {
                throw new InvalidOperationException("The watch ended without an error.");
            }

            if (_answers.Reader.TryRead(out var answer) && condition(answer))
            {
                return answer;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await _loop;
        _cancel.Dispose();
    }
}
