using System.IO.Compression;
using System.Xml.Linq;
using Discovery.Client.Tests.Packaging;
using Xunit;

[assembly: AssemblyFixture(typeof(PackedPackages))]

namespace Discovery.Client.Tests.Packaging;

/// <summary>All packages of the repository, packed once from what is built, when they are first wanted.</summary>
public sealed class PackedPackages : IDisposable
{
    // Made when it is wanted: tests that start this program again, and kill it, shall leave nothing behind.
    private readonly Lazy<Task<string>> _pack = new(PackAsync);

    /// <summary>Returns the folder with the packages.</summary>
    public Task<string> PackedAsync() => _pack.Value;

    public static string Version { get; } = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The file of a package that ends as said.</summary>
    public async Task<string> FindAsync(string package, string extension) => Path.Combine(await PackedAsync(), $"{package}.{Version}{extension}");

    public async Task<XElement> NuspecAsync(string package)
    {
        using var archive = await ZipFile.OpenReadAsync(await FindAsync(package, ".nupkg"));
        await using var content = await archive.GetEntry(package + ".nuspec")!.OpenAsync();
        var root = (await XDocument.LoadAsync(content, LoadOptions.None, CancellationToken.None)).Root!;
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return root.Element("metadata")!;
    }

    public void Dispose()
    {
        if (_pack is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            Directory.Delete(_pack.Value.Result, recursive: true);
        }
    }

    private static async Task<string> PackAsync()
    {
        var directory = Directory.CreateTempSubdirectory("discovery-packages-").FullName;
        await DotNet.RunAsync(Repository.Root, TimeSpan.FromMinutes(5), "pack", "Discovery.Client.sln", "--no-build", "-c", Repository.Configuration, "-o", directory, "-v", "q", "-nodeReuse:false", "-m:1");
        return directory;
    }
}
