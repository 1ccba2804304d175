using System.Globalization;

namespace Discovery.Client;

internal static class DurationText
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))];

    public static bool TryParse(string text, out TimeSpan value)
    {
        foreach (var (suffix, unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number <= TimeSpan.MaxValue.Ticks / 2 / unit.Ticks)
            {
                value = number * unit;
                return true;
            }
        }

        // A bare number would be days to TimeSpan.Parse and seconds to most people; it also takes 25:00:00 for 25 days, and 10:00 for hours.
        value = default;
        return text.Count(c => c == ':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
    }

    public static string Format(TimeSpan value)
    {
        var (suffix, unit) = Units.LastOrDefault(candidate => value >= candidate.Unit && value.Ticks % candidate.Unit.Ticks == 0);
        return suffix is null ? value.ToString("c", CultureInfo.InvariantCulture) : (value.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + suffix;
    }
}
