using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>The pages that a newcomer reads first say what is so.</summary>
public sealed partial class DocumentsTests
{
    public static TheoryData<string> FirstPages => ["README.md", "docs/getting-started.md"];

    public static TheoryData<string> AllPages
        => [.. Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(FirstPages))]
    public void Page_CSharpBlocks_StandInCompiledFiles(string page)
    {
        var compiled = Sources().Select(file => Plain(File.ReadAllText(file))).ToArray();

        foreach (var block in Blocks(page, "csharp"))
        {
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
            services.AddServiceDiscovery(new ConfigurationBuilder().AddJsonStream(json).Build());
            await using var container = services.BuildServiceProvider();

            Assert.NotNull(container.GetRequiredService<IOptions<DiscoveryClientOptions>>().Value);
        }
    }

    [Theory]
    [MemberData(nameof(AllPages))]
    public void Page_Links_LeadSomewhere(string page)
    {
        var directory = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var missing = Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(directory, link)));

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Sources()
        => Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "tests", "Discovery.Client.QuickStart.Tests", "Snippets.cs"));

    private static IEnumerable<string> Blocks(string page, string language)
        => Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
