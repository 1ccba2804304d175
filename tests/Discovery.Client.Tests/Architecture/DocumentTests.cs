using System.Globalization;
using System.Text.RegularExpressions;
using Discovery.Client.Configuration;
using Discovery.Client.Registration;
using Xunit;

namespace Discovery.Client.Tests.Architecture;

/// <summary>Tables of docs/ that repeat what the code says.</summary>
public sealed partial class DocumentTests
{
    private static readonly Dictionary<string, Func<double, TimeSpan>> Units = new()
    {
        ["ms"] = TimeSpan.FromMilliseconds,
        ["s"] = TimeSpan.FromSeconds,
        ["min"] = TimeSpan.FromMinutes,
        ["day"] = TimeSpan.FromDays,
        ["days"] = TimeSpan.FromDays,
    };

    [Fact]
    public void Configuration_DefaultsAndRangesOfDurations_AreThoseOfTheCode()
    {
        var rows = Rows("configuration.md", "## Discovery").ToDictionary(row => row[0].Trim('`'));
        Assert.All(DurationSettings.OfClient, setting =>
            Assert.Equal((setting.Get(new()), setting.Min, setting.Max), (Duration(rows[setting.Key][1]), Duration(rows[setting.Key][2].Split(" – ")[0]), Duration(rows[setting.Key][2].Split(" – ")[1]))));

        var ttl = Rows("configuration.md", "## Discovery:Registration,").Single(row => row[0] == "`TimeToLive`");
        var range = ttl[2].Split(';')[0].Split(" – ");
        Assert.Equal((DurationSettings.TimeToLive.Get(new()), DurationSettings.TimeToLive.Min, DurationSettings.TimeToLive.Max), (Duration(ttl[1]), Duration(range[0]), Duration(range[1])));
    }

    [Fact]
    public void Configuration_OtherDefaults_AreThoseOfTheCode()
    {
        var (options, registration, service) = (new DiscoveryClientOptions(), new RegistrationOptions(), new ServiceOptions());
        Assert.Equal(
            [("Backend", $"`{options.Backend}`"), ("Selector", $"`{options.Selector}`")],
            Rows("configuration.md", "## Discovery").Select(row => (row[0].Trim('`'), row[1])).Where(row => row.Item1 is "Backend" or "Selector"));
        Assert.Equal(
            [("Weight", registration.Weight.ToString(CultureInfo.InvariantCulture)), ("Status", $"`{registration.Status}`")],
            Rows("configuration.md", "## Discovery:Registration,").Select(row => (row[0].Trim('`'), row[1])).Where(row => row.Item1 is "Weight" or "Status"));
        Assert.Equal(
            [("HostHeader", $"`{service.HostHeader}`"), ("FallBackToDns", service.FallBackToDns ? "true" : "false")],
            Rows("configuration.md", "## Discovery:Services").Select(row => (row[0].Trim('`'), row[1])).Where(row => row.Item1 is "HostHeader" or "FallBackToDns"));
    }

    /// <summary>Every line of the log stands in docs/telemetry.md with its id, level and name, and no other.</summary>
    [Fact]
    public void Telemetry_LogLines_AreThoseOfTheCode()
    {
        var code = Repository.SourcesBelow("src").SelectMany(file => LogLine().Matches(File.ReadAllText(file)))
            .Select(match => (match.Groups["id"].Value, match.Groups["name"].Value, match.Groups["level"].Value.ToLowerInvariant())).ToArray();
        var document = Rows("telemetry.md", "## Log lines").Where(row => row.Length == 4 && int.TryParse(row[0], out _)).Select(row => (row[0], row[2].Trim('`'), row[1].TrimEnd('*'))).ToArray();

        Assert.True(code.Length > 40);
        Assert.Equal(code.Select(line => line.Item1).Distinct().Count(), code.Length);

        // Of those whose level is chosen at run time the document says which.
        Assert.Equal(
            code.Select(line => line with { Item3 = line.Item3.Length > 0 ? line.Item3 : document.FirstOrDefault(row => row.Item1 == line.Item1).Item3 }).OrderBy(line => int.Parse(line.Item1, CultureInfo.InvariantCulture)),
            document);
    }

    private static IEnumerable<string[]> Rows(string document, string heading)
        => File.ReadLines(Path.Combine(Repository.Root, "docs", document)).SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => heading == "## Log lines" || !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));

    private static TimeSpan Duration(string text)
    {
        var parts = text.Split(' ');
        return parts is ["0"] ? TimeSpan.Zero : Units[parts[1]](double.Parse(parts[0], CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""\[LoggerMessage\((?:EventId = )?(?<id>\d+),\s*(?:LogLevel\.(?<level>\w+))?(?:[^"]|"(?:[^"\\]|\\.)*")*?EventName = "(?<name>\w+)"\)\]""")]
    private static partial Regex LogLine();
}
