using Discovery.Client;
using Discovery.Client.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Samples;

/// <summary>docs/backends/write-your-own.md says what is true.</summary>
public sealed class WriteYourOwnTests
{
    [Theory]
    [InlineData("FileRegistryBackend.cs")]
    [InlineData("FileRegistryBackendFactory.cs")]
    [InlineData("FileConformanceTests.cs")]
    public void Document_HoldsTheSourceThatIsTested(string file)
    {
        var root = Root();
        var source = File.ReadAllText(Path.Combine(root, "tests", "Discovery.Client.Tests", "Samples", file));
        var document = File.ReadAllText(Path.Combine(root, "docs", "backends", "write-your-own.md"));
        Assert.Contains("```csharp\n" + source + "```", document, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shared", "Discovery:Backends:shared:Type=file", "Discovery:Backends:shared:Path=/mnt/shared/registry")]
    [InlineData("file", "Discovery:File:Path=/mnt/shared/registry")]
    public async Task Configuration_OfTheDocument_MakesTheBackend(string backend, params string[] settings)
    {
        await using var services = Services(["Discovery:Backend=" + backend, .. settings]);
        var source = services.GetRequiredService<IBackendSource>();
        Assert.IsType<FileRegistryBackend>(source.Get(source.DefaultName).Current);
    }

    [Fact]
    public async Task Configuration_WithoutAPath_IsRefusedWithItsPath()
    {
        await using var services = Services(["Discovery:Backend=file"]);
        var error = Assert.Throws<DiscoveryConfigurationException>(() => services.GetRequiredService<IBackendSource>().Get("file"));
        Assert.Contains("Discovery:File:Path is '', the full path of a directory is expected", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static ServiceProvider Services(string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], string? (parts) => parts[1]);
        var services = new ServiceCollection().AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddDiscoveryClient().AddFileRegistry();
        return services.BuildServiceProvider();
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Discovery.Client.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The repository was not found above the tests.");
        }

        return directory.FullName;
    }
}
