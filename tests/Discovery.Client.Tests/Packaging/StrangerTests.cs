using System.Xml.Linq;
using Xunit;

namespace Discovery.Client.Tests.Packaging;

/// <summary>What somebody does who knows the packages only: outside the repository, restored from a folder, without a warning.</summary>
public sealed class StrangerTests(PackedPackages packages)
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Discovery.Client" Version="$(Ours)" />
            <PackageReference Include="Microsoft.Extensions.Hosting" Version="$(Hosting)" />
          </ItemGroup>
        </Project>
        """;

    // One process is server and client. Its own name leads it back to itself through the registry.
    private const string Program = """
        using System.Net;
        using System.Net.Sockets;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(connection.GetStream(), leaveOpen: true);
            var request = await reader.ReadLineAsync();
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            await using var writer = new StreamWriter(connection.GetStream());
            await writer.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {request!.Length}\r\n\r\n{request}");
        });

        var builder = Host.CreateApplicationBuilder([.. args, $"--Discovery:Registration:Address=http://127.0.0.1:{port}/api"]);
        builder.Services.AddServiceDiscovery();
        builder.Services.AddHttpClient("greeter", client => client.BaseAddress = new Uri("http://greeter/")).AddDiscoveryHandler();
        using var host = builder.Build();
        await host.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await host.Services.GetRequiredService<Discovery.Client.IDiscoveryClient>().WaitForInstancesAsync("greeter", deadline.Token);
        var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("greeter");
        Console.WriteLine("answer: " + await client.GetStringAsync("hello?to=you", deadline.Token));
        await host.StopAsync();
        """;

    [Fact]
    public async Task FreshProject_RestoresBuildsAndRuns()
    {
        var directory = Directory.CreateTempSubdirectory("discovery-stranger-").FullName;
        try
        {
            var hosting = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("ExtensionsVersion").Single().Value;
            await WriteAsync(directory, "Stranger.csproj", Project.Replace("$(Ours)", PackedPackages.Version, StringComparison.Ordinal).Replace("$(Hosting)", hosting, StringComparison.Ordinal));
            await WriteAsync(directory, "Program.cs", Program);
            await WriteAsync(directory, "nuget.config", NuGetConfig(await packages.PackedAsync(), directory));
            var build = await DotNet.RunAsync(directory, TimeSpan.FromMinutes(4), "build", "-nodeReuse:false", "-m:1", "-o", "out");
            Assert.Contains("0 Warning(s)", build, StringComparison.Ordinal);

            foreach (var backend in new[] { "memory", "local" })
            {
                var run = await DotNet.RunAsync(
                    directory, TimeSpan.FromMinutes(1), Path.Combine("out", "Stranger.dll"),
                    $"--Discovery:Backend={backend}", "--Discovery:Registration:ServiceName=greeter", "--Discovery:DrainDelay=0s", $"--Discovery:Local:Directory={Path.Combine(directory, "registry")}");
                Assert.Contains("answer: GET /api/hello?to=you HTTP/1.1", run, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Task WriteAsync(string directory, string name, string content) => File.WriteAllTextAsync(Path.Combine(directory, name), content, TestContext.Current.CancellationToken);

    // Our packages come from the folder beside the machine's own sources and go into a cache of their own, where no older build of the same version lies. All else may come from the machine's cache.
    private static string NuGetConfig(string folder, string directory)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var usable = Directory.Exists(cache) && Directory.GetDirectories(cache, "discovery.client*").Length == 0;
        return new XElement(
            "configuration",
            new XElement("config", new XElement("add", new XAttribute("key", "globalPackagesFolder"), new XAttribute("value", Path.Combine(directory, "packages")))),
            new XElement("packageSources", new XElement("add", new XAttribute("key", "packages-under-test"), new XAttribute("value", folder))),
            usable ? new XElement("fallbackPackageFolders", new XElement("add", new XAttribute("key", "machine"), new XAttribute("value", cache))) : null).ToString();
    }
}
