using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Internal;

/// <summary>A named place for a backend.</summary>
internal sealed partial class BackendSlot(string name, IRegistryBackend backend, RandomSource random)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _telling = new();
    private IRegistryBackend _current = backend;
    private long? _toldAt;
    private bool _isTold;

    public string Name { get; } = name;

    public IRegistryBackend Current { get => Volatile.Read(ref _current); set => Volatile.Write(ref _current, value); }

    /// <summary>Shared by all that the backend is asked for: a dead server is asked by one of them at a time.</summary>
    public ConnectionGate Gate { get; } = new(random);

    /// <summary>An attempt was answered.</summary>
    public void ReportAnswered(TimeProvider clock, ILogger logger)
    {
        if (Gate.ReportAnswered(clock) is { } outage)
        {
            lock (_telling)
            {
                (var wasTold, _isTold) = (_isTold, false);
                Log.RegistryBack(logger, wasTold ? LogLevel.Information : LogLevel.Debug, Name, outage);
            }
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
        if (isHeldBack)
        {
            Tell(error, isNews, clock, logger);
        }

        return isHeldBack;
    }

    // Once a minute at most where it comes and goes, and later when it stays away after all.
    private void Tell(RegistryException error, bool isNews, TimeProvider clock, ILogger logger)
    {
        lock (_telling)
        {
            var now = clock.GetTimestamp();
            var isDue = !_isTold && !(_toldAt is { } at && clock.GetElapsedTime(at, now) < TellEvery);
            if (isDue)
            {
                (_isTold, _toldAt) = (true, now);
            }

            if (isDue || isNews)
            {
                Log.RegistryUnreachable(logger, isDue ? LogLevel.Warning : LogLevel.Debug, Name, error.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, Message = "Registry '{Backend}' cannot be reached; the last lists stay in use. {Reason}", EventName = "RegistryUnreachable")]
        public static partial void RegistryUnreachable(ILogger logger, LogLevel level, string backend, string reason);

        [LoggerMessage(EventId = 101, Message = "Registry '{Backend}' can be reached again, after {Outage}.", EventName = "RegistryBack")]
        public static partial void RegistryBack(ILogger logger, LogLevel level, string backend, TimeSpan outage);
    }
}
