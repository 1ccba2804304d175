using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>What holds of section <c>Selection</c> wherever it comes from. Pure.</summary>
internal static class SelectionRules
{
    /// <param name="options">The options.</param>
    /// <param name="path">The section's path.</param>
    public static IEnumerable<string> Check(SelectionOptions options, string path)
        => [.. DurationSettings.OfPeakEwma.SelectMany(duration => duration.Check($"{path}:PeakEwma", options.PeakEwma)), .. Check(options.ConsistentHash, $"{path}:ConsistentHash"), .. LayersRules.Check(options, path), .. RoutingRules.Check(options, path)];

    private static IEnumerable<string> Check(ConsistentHashOptions options, string path)
    {
        if (!Enum.IsDefined(options.Algorithm))
        {
            yield return $"{path}:Algorithm is '{options.Algorithm}', one of {string.Join(", ", Enum.GetNames<ConsistentHashAlgorithm>())} is expected.";
        }

        if (options.LoadFactor is not (0 or (>= 1.01 and <= 100)))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}:LoadFactor is {options.LoadFactor}, a number from 1.01 to 100, or 0 for no bound, is expected.");
        }

        if (options.TableSize is < 1009 or > 5_000_011 || !IsPrime(options.TableSize))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}:TableSize is {options.TableSize}, a prime from 1009 to 5000011 is expected, such as 65537.");
        }

        if (options.RingPoints is < 1 or > 4096)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}:RingPoints is {options.RingPoints}, a whole number from 1 to 4096 is expected.");
        }
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
