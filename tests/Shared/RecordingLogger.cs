using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Adapters.Tests;

/// <summary>Keeps the names, texts and levels of all events, whatever their category.</summary>
internal sealed class RecordingLogger : ILogger, ILoggerProvider
{
    public ConcurrentQueue<(string Event, string Text, LogLevel Level)> Lines { get; } = [];

    public int Count(string name) => Lines.Count(line => line.Event == name);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => Lines.Enqueue((eventId.Name ?? "", formatter(state, exception), logLevel));

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }
}
