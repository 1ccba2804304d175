using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Discovery.Client.Tests.Packaging;

public sealed partial class PackageTests(PackedPackages packages)
{
    public static TheoryData<string> Packages => [.. Repository.LibraryProjects.Select(project => Path.GetFileNameWithoutExtension(project))];

    [Fact]
    public async Task EveryLibrary_IsPackedAndNothingElse()
        => Assert.Equal(
            Packages.SelectMany(row => new[] { $"{row.Data}.{PackedPackages.Version}.nupkg", $"{row.Data}.{PackedPackages.Version}.snupkg" }).Order(StringComparer.Ordinal),
            Directory.GetFiles(await packages.PackedAsync()).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Dependencies_AreTheDirectOnesAtTheirLeastVersion(string package)
    {
        var group = Assert.Single((await packages.NuspecAsync(package)).Descendants("group"));
        Assert.Equal("net10.0", group.Attribute("targetFramework")!.Value);
        Assert.Equal(
            ReferencesOf(package).Order(StringComparer.Ordinal),
            group.Elements("dependency").Select(dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Abstractions_HasAtMostThreeDependencies()
        => Assert.InRange((await packages.NuspecAsync("Discovery.Client.Abstractions")).Descendants("dependency").Count(), 0, 3);

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Package_HasReadmeLicenseDocumentationAndSymbols(string package)
    {
        var nuspec = await packages.NuspecAsync(package);
        Assert.Equal("README.md", nuspec.Element("readme")!.Value);
        Assert.Equal("MIT", nuspec.Element("license")!.Value);
        Assert.InRange(nuspec.Element("description")!.Value.Length, 20, 400);
        Assert.Contains("service-discovery", nuspec.Element("tags")!.Value, StringComparison.Ordinal);

        var files = EntriesOf(await packages.FindAsync(package, ".nupkg"));
        Assert.Superset(new HashSet<string> { "README.md", "LICENSE", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml" }, files.Keys.ToHashSet());
        Assert.InRange(Encoding.UTF8.GetString(files["README.md"]).Split('\n').Length, 15, 200);
        Assert.Contains($"lib/net10.0/{package}.pdb", EntriesOf(await packages.FindAsync(package, ".snupkg")).Keys);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Package_TellsNothingOfTheMachine(string package)
    {
        string[] secrets = [Repository.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/", Environment.MachineName + "/"];
        foreach (var extension in new[] { ".nupkg", ".snupkg" })
        {
            foreach (var (name, content) in EntriesOf(await packages.FindAsync(package, extension)))
            {
                // Symbols hold their paths in pieces; the compiler's path map holds of them as it does of the assembly that points to them.
                var text = Encoding.Latin1.GetString(content);
                Assert.All(secrets.Where(secret => secret.Length > 2), secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{name} contains {secret}"));
            }
        }

        var nuspec = (await packages.NuspecAsync(package)).ToString();
        Assert.Equal(["https://licenses.nuget.org"], Hosts().Matches(nuspec).Select(match => match.Value).Distinct());
    }

    private static Dictionary<string, byte[]> EntriesOf(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return copy.ToArray();
        });
    }

    private static IEnumerable<string> ReferencesOf(string library)
    {
        var properties = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var versions = properties.Descendants("PackageVersion").ToDictionary(
            version => version.Attribute("Include")!.Value,
            version => Variable().Replace(version.Attribute("Version")!.Value, match => properties.Descendants(match.Groups[1].Value).Single().Value));
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", library, library + ".csproj"));
        return project.Descendants("PackageReference").Where(reference => reference.Attribute("PrivateAssets") is null).Select(reference => reference.Attribute("Include")!.Value).Select(id => $"{id} {versions[id]}")
            .Concat(project.Descendants("ProjectReference").Select(reference => $"{Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)} {PackedPackages.Version}"));
    }

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Variable();

    [GeneratedRegex("https?://[^/\"<\\s]*[.:][^/\"<\\s]+")]
    private static partial Regex Hosts();
}
