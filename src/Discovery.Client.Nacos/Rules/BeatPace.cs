using System.Globalization;

namespace Discovery.Client.Nacos;

/// <summary>How often an instance proves its life.</summary>
internal static class BeatPace
{
    /// <summary>So many may be due before the time is over: two may get lost.</summary>
    private const int Beats = 3;

    // What servers go by where the metadata says nothing that can be read.
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DefaultDelete = TimeSpan.FromSeconds(30);

    /// <summary>What needs no beats is looked for no more often than this.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>Of the times that the server goes by for an instance, those that its own metadata does not say. Nacos refuses an interval that is longer than either of the two others, so those of ours fit the user's.</summary>
    /// <param name="timeToLive">How long it may live without a beat.</param>
    /// <param name="metadata">Its own metadata.</param>
    public static IEnumerable<(string Name, TimeSpan Value)> Times(TimeSpan timeToLive, IReadOnlyDictionary<string, string> metadata)
    {
        TimeSpan? Own(string name, TimeSpan servers) => metadata.TryGetValue(name, out var text) ? Read(text) ?? servers : null;
        var (interval, timeout, delete) = (Own(MetaNames.BeatInterval, DefaultInterval), Own(MetaNames.BeatTimeout, DefaultTimeout), Own(MetaNames.DeleteTimeout, DefaultDelete));
        if (timeout is null)
        {
            yield return (MetaNames.BeatTimeout, timeout ??= Longer(timeToLive, interval * Beats ?? default));
        }

        if (delete is null)
        {
            yield return (MetaNames.DeleteTimeout, delete ??= 2 * Longer(timeToLive, timeout.Value));
        }

        if (interval is null)
        {
            yield return (MetaNames.BeatInterval, Shorter(timeToLive, Shorter(timeout.Value, delete.Value)) / Beats);
        }
    }

    /// <param name="instance">The instance. Times in its metadata, which may be the user's own, are what the server goes by.</param>
    /// <param name="wanted">How often the server wants a beat; null: it does not say.</param>
    public static TimeSpan Decide(RegisteredInstance instance, TimeSpan? wanted)
    {
        var third = instance.TimeToLive / Beats;
        TimeSpan? Own(string name) => instance.Instance.Metadata?.GetValueOrDefault(name) is { } text ? Read(text) : null;
        return !instance.Instance.Ephemeral ? Longer(third, Look)
            : new[] { wanted, Own(MetaNames.BeatInterval), Own(MetaNames.BeatTimeout) / Beats, Own(MetaNames.DeleteTimeout) / Beats }.Where(time => time > TimeSpan.Zero && time < third).Min() ?? third;
    }

    private static TimeSpan? Read(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
