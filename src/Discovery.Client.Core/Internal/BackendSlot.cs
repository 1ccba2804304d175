using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Internal;

/// <summary>A named place for a backend.</summary>
internal sealed partial class BackendSlot(string name, IRegistryBackend backend, RandomSource random)
{
    private IRegistryBackend _current = backend;

    public string Name { get; } = name;

    public IRegistryBackend Current { get => Volatile.Read(ref _current); set => Volatile.Write(ref _current, value); }

    /// <summary>Shared by all that the backend is asked for: a dead server is asked by one of them at a time.</summary>
    public ConnectionGate Gate { get; } = new(random);

    /// <summary>An attempt was answered.</summary>
    public void ReportAnswered(TimeProvider clock, ILogger logger)
    {
        if (Gate.ReportAnswered(clock) is { } outage)
        {
            Log.RegistryBack(logger, Name, outage);
        }
    }

    /// <summary>An attempt failed.</summary>
    /// <param name="who">Who asked; null for one that never leads.</param>
    /// <param name="error">How it failed: by the connection, or by an answer.</param>
    /// <param name="askedAt">The timestamp of its beginning.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where a change of the connection is told.</param>
    /// <returns>Whether the gate holds it back from now on, so that it needs no pause of its own.</returns>
    public bool ReportFailed(object? who, RegistryException error, long askedAt, TimeProvider clock, ILogger logger)
    {
        if (error.Connection is null)
        {
            ReportAnswered(clock, logger);
            return false;
        }

        var isHeldBack = Gate.ReportUnreachable(who, error, askedAt, clock, out var isNews);
        if (isNews)
        {
            Log.RegistryUnreachable(logger, Name, error.Message);
        }

        return isHeldBack;
    }

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Warning, "Registry '{Backend}' cannot be reached; the last lists stay in use. {Reason}", EventName = "RegistryUnreachable")]
        public static partial void RegistryUnreachable(ILogger logger, string backend, string reason);

        [LoggerMessage(101, LogLevel.Information, "Registry '{Backend}' can be reached again, after {Outage}.", EventName = "RegistryBack")]
        public static partial void RegistryBack(ILogger logger, string backend, TimeSpan outage);
    }
}
