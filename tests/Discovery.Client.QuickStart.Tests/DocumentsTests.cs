using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>The pages say what is so: what they show compiles, configures and leads somewhere.</summary>
public sealed partial class DocumentsTests
{
    public static TheoryData<string> AllPages
        => [.. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(((string[])["docs", "src"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Page_CSharpBlocks_StandInCompiledFiles(string page)
    {
        // In another spelling they would not be looked at.
        Assert.Empty(Blocks(page, "cs"));

        var compiled = Sources().Select(file => Plain(File.ReadAllText(file))).ToArray();

        foreach (var block in Blocks(page, "csharp"))
        {
            // OpenTelemetry is no dependency of anything here.
            if (block.Contains("AddOpenTelemetry", StringComparison.Ordinal))
            {
                continue;
            }

            Assert.True(compiled.Any(source => source.Contains(Plain(block), StringComparison.Ordinal)), $"{page}: no compiled file has{Environment.NewLine}{block}");
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Page_JsonBlocks_AreValidConfiguration(string page)
    {
        foreach (var block in Blocks(page, "json"))
        {
            // The sample backend of the page, which only its own tests add.
            if (block.Contains("\"file\"", StringComparison.Ordinal))
            {
                continue;
            }

            using var json = new MemoryStream(Encoding.UTF8.GetBytes(block));
            var services = new ServiceCollection();
            services.AddServiceDiscovery(new ConfigurationBuilder().AddJsonStream(json).Build()).AddSelector<Samples.StickySelector>("sticky");
            await using var container = services.BuildServiceProvider();

            Assert.NotNull(container.GetRequiredService<IOptions<DiscoveryClientOptions>>().Value);
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Page_Links_LeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var missing = Link().Matches(File.ReadAllText(path)).Select(match => (Text: match.Value, File: match.Groups[1].Value, Heading: match.Groups[2].Value))
            .Where(link => !link.File.Contains("://", StringComparison.Ordinal))
            .Select(link => link with { File = link.File.Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, link.File) })
            .Where(link => !Path.Exists(link.File) || (link.Heading.Length > 0 && !Headings(link.File).Contains(link.Heading)));

        Assert.Empty(missing.Select(link => link.Text));
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Page_LogEvents_AreThoseOfTheSource(string page)
    {
        var events = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => LogEvent().Matches(File.ReadAllText(file))).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").ToHashSet();
        Assert.True(events.Count > 40);

        Assert.Empty(NamedEvent().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}").Except(events));
    }

    private static IEnumerable<string> Sources()
        => ((string[])["samples", "tests/Discovery.Client.QuickStart.Tests/Snippets", "tests/Discovery.Client.Tests/Samples"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories));

    private static IEnumerable<string> Blocks(string page, string language)
        => Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    // As the usual renderers make anchors of headings.
    private static IEnumerable<string> Headings(string file)
        => File.ReadLines(file).Where(line => line.StartsWith('#'))
            .Select(line => string.Concat(line.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-'));

    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)#]*)(?:#([^)]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"LoggerMessage\((?:EventId = )?(\d+)[^\[]*?EventName = ""(\w+)""")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"\b(\d{3,4}),? `([A-Z]\w+)`")]
    private static partial Regex NamedEvent();
}
