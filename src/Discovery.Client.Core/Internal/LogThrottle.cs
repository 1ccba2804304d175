using System.Collections.Concurrent;

namespace Discovery.Client.Internal;

/// <summary>Lets one line of a kind through per minute, so that a thousand services in one trouble make one line and not a thousand.</summary>
internal sealed class LogThrottle(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(int Kind, string Subject), long> _passedAt = new();

    /// <summary>Whether a line may be written at its own level now; otherwise it goes to the debug level.</summary>
    public bool Pass(int kind, string subject)
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            if (_passedAt.TryAdd((kind, subject), now))
            {
                return true;
            }

            if (_passedAt.TryGetValue((kind, subject), out var at))
            {
                if (clock.GetElapsedTime(at, now) < Interval)
                {
                    return false;
                }

                if (_passedAt.TryUpdate((kind, subject), now, at))
                {
                    return true;
                }
            }
        }
    }
}
