using System.Globalization;

namespace Discovery.Client.Nacos;

/// <summary>How often an instance proves its life.</summary>
internal static class BeatPace
{
    /// <summary>What needs no beats is looked for no more often than this.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <param name="instance">The instance. Times in its metadata, which may be the user's own, are what the server goes by.</param>
    /// <param name="wanted">How often the server wants a beat; null: it does not say.</param>
    public static TimeSpan Decide(RegisteredInstance instance, TimeSpan? wanted)
    {
        var third = instance.TimeToLive / 3;
        return !instance.Instance.Ephemeral ? (third > Look ? third : Look)
            : new[] { wanted, TimeOf(instance, MetaNames.BeatInterval), TimeOf(instance, MetaNames.BeatTimeout) / 3 }.Where(time => time > TimeSpan.Zero && time < third).Min() ?? third;
    }

    private static TimeSpan? TimeOf(RegisteredInstance instance, string name)
        => instance.Instance.Metadata?.GetValueOrDefault(name) is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;
}
