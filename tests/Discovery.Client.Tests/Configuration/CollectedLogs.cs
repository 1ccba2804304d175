using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Tests.Configuration;

internal sealed class CollectedLogs : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> Lines { get; } = [];

    public IEnumerable<string> Of(string eventName) => Lines.Where(line => line.Id.Name == eventName).Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Logger(Lines);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => lines.Enqueue((logLevel, eventId, formatter(state, exception)));
    }
}
