using System.Globalization;

namespace QuickStart.Screen;

/// <summary>One instance as a line of the table.</summary>
internal static class TableRow
{
    private const int BarWidth = 20;

    public static string Header { get; } = "  instance     address            requests   share                        median      p95   state";

    public static string Of(Provider provider, Consumer consumer, double share, bool isPlain)
    {
        var (median, p95) = consumer.LatencyOf(provider.Address);
        var bar = new string(isPlain ? '#' : '█', (int)Math.Round(share * BarWidth)).PadRight(BarWidth);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"  {provider.Name,-12} {provider.Address,-17} {consumer.AnswersFrom(provider.Address).Calls,9:N0}   {share,4:0 %} {bar} {Milliseconds(median),8} {Milliseconds(p95),8}   {StateOf(provider, consumer)}");
        return isPlain ? line : $"\e[{ColourOf(provider, consumer)}m{line}\e[0m";
    }

    private static string StateOf(Provider provider, Consumer consumer) => (provider.Fate, consumer.Listed.Contains(provider.Address)) switch
    {
        (ProviderFate.Running, true) => "on the list",
        (ProviderFate.Running, false) => "starting",
        (ProviderFate.Killed, true) => "killed, still on the list",
        (ProviderFate.Killed, false) => "killed, gone from the list",
        (_, true) => "stopping, still on the list",
        (_, false) => provider.Process.HasExited ? "stopped" : "draining, gone from the list",
    };

    private static int ColourOf(Provider provider, Consumer consumer) => (provider.Fate, consumer.Listed.Contains(provider.Address)) switch
    {
        (ProviderFate.Running, true) => 32,
        (ProviderFate.Running, false) => 36,
        (ProviderFate.Killed, true) => 31,
        (_, true) => 33,
        _ => 90,
    };

    private static string Milliseconds(double? value) => value is { } ms ? ms.ToString("0 'ms'", CultureInfo.InvariantCulture) : "-";
}
