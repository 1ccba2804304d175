using Microsoft.Extensions.Logging;

namespace Discovery.Client.Tests.Simulation;

internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<(LogLevel Level, int Id, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>At which lines it fails.</summary>
    public Func<int, bool> Throws { get; set; } = _ => false;

    public int Count(int id, LogLevel atLeast = LogLevel.Information) => Lines.Count(line => line.Id == id && line.Level >= atLeast);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add((logLevel, eventId.Id, formatter(state, exception)));
        }

        if (Throws(eventId.Id))
        {
            throw new InvalidOperationException("a log provider's defect");
        }
    }

    public void Dispose()
    {
    }
}
