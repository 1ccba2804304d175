using Discovery.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class BackendTypesTests : IDisposable
{
    private readonly DirectoryInfo _program = Directory.CreateTempSubdirectory();

    private AdapterPackages Packages => new(_program.FullName);

    [Fact]
    public void WhyMissing_PackageThere_NamesTheCall()
    {
        Put("Core", "Consul");
        Assert.Equal("whose package is referenced but not added: call AddServiceDiscovery(), or AddDiscoveryClient().AddConsul()", BackendTypes.WhyMissing("Consul", ["local"], Packages));
    }

    [Fact]
    public void WhyMissing_PackageNotThere_NamesThePackages()
    {
        Put("Core");
        Assert.Equal(
            "whose package is not referenced: reference Discovery.Client and call AddServiceDiscovery(), or Discovery.Client.Consul and call AddDiscoveryClient().AddConsul()",
            BackendTypes.WhyMissing("Consul", ["local"], Packages));
    }

    [Fact]
    public void WhyMissing_ProgramInOneFile_NamesBoth()
        => Assert.Equal(
            "which is not added: call AddServiceDiscovery() of package Discovery.Client, or AddDiscoveryClient().AddConsul() of package Discovery.Client.Consul",
            BackendTypes.WhyMissing("Consul", ["local"], Packages));

    [Theory]
    [InlineData("Eureka")]
    [InlineData("ZooKeeper")]
    public void WhyMissing_Planned_NamesNoPackage(string section)
    {
        var reason = BackendTypes.WhyMissing(section, ["local", "fake"], Packages);
        Assert.Equal("which is planned and not part of this version (known are consul, etcd, fake, local, nacos)", reason);
        Assert.False(File.Exists(Path.Combine(Repository.Root, "src", $"Discovery.Client.{section}", $"Discovery.Client.{section}.csproj")), $"Discovery.Client.{section} is there: BackendTypes.Packaged must name it.");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task OnlyEmbeddedBackends_ThoughAPackageIsThere_IsSaidOnce(bool added, int lines)
    {
        using var logs = new CollectedLogs();
        var services = new ServiceCollection();
        services.AddHttpClient("greeter").AddDiscoveryHandler();
        _ = added ? services.AddServiceDiscovery() : null;
        services.AddSingleton<ILoggerProvider>(logs).AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information));
        services.Configure<DiscoveryClientOptions>(options => options.Backend = "memory");
        await using var provider = services.BuildServiceProvider();

        _ = provider.GetRequiredService<IOptions<DiscoveryClientOptions>>().Value;
        using (var scope = provider.CreateScope())
        {
            _ = scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<DiscoveryClientOptions>>().Value;
        }

        Assert.Equal(
            Enumerable.Repeat("Only the embedded backends were added: to use 'consul' or 'etcd' or 'nacos', call AddServiceDiscovery(), or AddDiscoveryClient() and AddConsul() or AddEtcd() or AddNacos().", lines),
            logs.Of("BackendNotAdded"));
    }

    public void Dispose() => _program.Delete(recursive: true);

    private void Put(params string[] names)
    {
        foreach (var name in names)
        {
            File.WriteAllText(Path.Combine(_program.FullName, $"Discovery.Client.{name}.dll"), "");
        }
    }
}
