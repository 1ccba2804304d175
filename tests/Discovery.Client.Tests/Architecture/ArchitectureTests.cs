using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Discovery.Client.Tests.Architecture;

public sealed class ArchitectureTests
{
    private const string Engine = "Discovery.Client.Core";

    private static readonly string[] Facades = ["Discovery.Client"];

    private static readonly string[] OnTheEngine = ["Discovery.Client.AspNetCore", "Discovery.Client.Resilience", "Discovery.Client.Testing"];

    public static TheoryData<string> Libraries => [.. Repository.LibraryProjects.Select(project => Path.GetFileNameWithoutExtension(project))];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Reference_FollowsTheStar(string library)
    {
        var path = Path.Combine(AppContext.BaseDirectory, library + ".dll");
        Assert.SkipUnless(File.Exists(path), $"{library} is not among what this test project references.");
        string[] allowed = library switch
        {
            _ when Facades.Contains(library) => [.. Libraries.Select(row => row.Data)],
            _ when OnTheEngine.Contains(library) => ["Discovery.Client.Abstractions", Engine],
            "Discovery.Client.Abstractions" => [],
            _ => ["Discovery.Client.Abstractions"],
        };
        Assert.Empty(ReferencesOf(path).Where(reference => reference.StartsWith("Discovery.Client", StringComparison.Ordinal)).Except(allowed));
    }

    [Fact]
    public void References_AreReadAtAll()
        => Assert.Superset(new HashSet<string> { Engine, "Discovery.Client.Consul" }, ReferencesOf(Path.Combine(AppContext.BaseDirectory, "Discovery.Client.dll")).ToHashSet());

    [Fact]
    public void Embedded_UsesNoOtherPartOfTheEngine()
        => Assert.Empty(NamespaceUse.Outside(Path.Combine(AppContext.BaseDirectory, Engine + ".dll"), "Discovery.Client.Embedded", "Discovery.Client"));

    [Fact]
    public void Embedded_NamesNoOtherPartInItsUsings()
        => Assert.All(
            Repository.SourcesBelow($"src/{Engine}/Embedded").SelectMany(File.ReadLines).Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.Contains("Discovery.Client", StringComparison.Ordinal)),
            line => Assert.Contains("Discovery.Client.Embedded", line, StringComparison.Ordinal));

    [Fact]
    public void NamespaceUse_SeesEveryKindOfUse()
    {
        // The rule above would hold of anything if the reader saw nothing.
        const string Samples = "Discovery.Client.Tests.Architecture.Samples";
        var found = NamespaceUse.Outside(typeof(ArchitectureTests).Assembly.Location, Samples + ".Inside", Samples);
        string[] expected = ["Attributed", "Bases", "Bodies", "Catches", "Constrains", "Fields", "Generics", "Implements", "Iterates", "Returns"];
        Assert.Equal(expected.Select(name => $"{Samples}.Inside.{name}"), found.Select(use => use.Split(' ')[0].Split('`')[0]));
        Assert.DoesNotContain(found, use => use.Contains("Innocent", StringComparison.Ordinal));
    }

    [Fact]
    public void SourceFiles_AreShort()
    {
        var lengths = Repository.SourcesBelow("src").Select(file => (File: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count())).OrderBy(file => file.Lines).ToArray();
        Assert.True(lengths.Length > 50);
        Assert.DoesNotContain(lengths, file => file.Lines > 300);
        Assert.InRange(lengths[lengths.Length / 2].Lines, 1, 45);
        Assert.InRange(lengths[lengths.Length * 9 / 10].Lines, 1, 150);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_HasApiFilesAndReadme(string library)
        => Assert.All(["PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt", "README.md"], file => Assert.True(File.Exists(Path.Combine(Repository.Root, "src", library, file)), $"{library} has no {file}."));

    private static IEnumerable<string> ReferencesOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(reference => reader.GetString(reader.GetAssemblyReference(reference).Name))];
    }
}
