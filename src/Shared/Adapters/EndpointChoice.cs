using System.Collections.Immutable;

namespace Discovery.Client.Adapters;

/// <summary>Which of several servers is asked: the current one until it fails, then the next that has not failed lately. A value: it is replaced, not changed.</summary>
/// <param name="Current">The position of the current one.</param>
/// <param name="Marks">For each, how often in a row it failed and until when it is left alone, as a timestamp.</param>
internal sealed record EndpointChoice(int Current, ImmutableArray<(int Failures, long Until)> Marks)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static EndpointChoice Start(int count, int first) => new(first, [.. Enumerable.Repeat((0, 0L), count)]);

    public EndpointChoice Succeeded(int endpoint)
        => Marks[endpoint].Failures == 0 ? this : this with { Marks = Marks.SetItem(endpoint, (0, 0)) };

    public EndpointChoice Failed(int endpoint, long now, long frequency)
    {
        // Requests that were under way together fail together: that is one failure, after which it is not the current one any more.
        var isCounted = endpoint != Current && Marks[endpoint].Failures > 0 && now < Marks[endpoint].Until;
        var failures = Math.Min(Marks[endpoint].Failures + 1, 10);
        var pause = Math.Min(Longest.TotalSeconds, 2.5 * Math.Pow(2, failures));
        var marks = isCounted ? Marks : Marks.SetItem(endpoint, (failures, now + (long)(pause * frequency)));
        return new(endpoint == Current ? Next(endpoint, marks, now) : Current, marks);
    }

    /// <summary>The current one asks to be left, without having failed: another one is taken if there is one, and this one is left alone for a while.</summary>
    /// <param name="endpoint">Which one asks.</param>
    /// <param name="next">The one to go to; null: the next.</param>
    /// <param name="now">The time.</param>
    /// <param name="frequency">The clock's ticks in a second.</param>
    public EndpointChoice Left(int endpoint, int? next, long now, long frequency)
    {
        var marks = Marks.SetItem(endpoint, (Marks[endpoint].Failures, Math.Max(Marks[endpoint].Until, now + (long)(Longest.TotalSeconds * frequency))));
        return new(next ?? (endpoint == Current ? Next(endpoint, marks, now) : Current), marks);
    }

    /// <summary>Whether there is one besides the current that has not failed lately.</summary>
    public bool HasOther(long now) => Marks.Where((mark, index) => index != Current && mark.Until <= now).Any();

    private static int Next(int from, ImmutableArray<(int Failures, long Until)> marks, long now)
    {
        var best = from;
        for (var step = 1; step <= marks.Length; step++)
        {
            var candidate = (from + step) % marks.Length;
            if (marks[candidate].Until <= now)
            {
                return candidate;
            }

            best = marks[candidate].Until < marks[best].Until ? candidate : best;
        }

        return best;
    }
}
