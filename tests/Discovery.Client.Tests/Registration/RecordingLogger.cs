using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Tests.Registration;

internal sealed class RecordingLogger<T>(ConcurrentQueue<(string Event, LogLevel Level, string Text)> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => lines.Enqueue((eventId.Name ?? "", logLevel, formatter(state, exception)));
}
