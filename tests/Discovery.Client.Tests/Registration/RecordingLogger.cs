using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Tests.Registration;

internal sealed class RecordingLogger<T>(ConcurrentQueue<(string Event, LogLevel Level, string Text)> lines, Func<string, bool>? throws = null) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue((eventId.Name ?? "", logLevel, formatter(state, exception)));
        if (throws?.Invoke(eventId.Name ?? "") == true)
        {
            throw new InvalidOperationException("a log provider's defect");
        }
    }
}
