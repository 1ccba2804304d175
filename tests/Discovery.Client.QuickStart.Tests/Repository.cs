using Discovery.Client.Servers;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>Where things lie.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program as the build of this test project left it.</summary>
    public static string Program(string project)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Root, "artifacts", "bin", project, configuration, project + ".dll");
    }

    /// <summary>Skips the test by name where the server is missing.</summary>
    public static async Task<ServerNode> ServerAsync(ServerKind kind)
    {
        try
        {
            return await ServerNode.StartAsync(kind, cancellationToken: TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    /// <summary>Starts three nodes; skips the test by name where the server is missing.</summary>
    public static async Task<ServerCluster> ClusterAsync(ServerKind kind)
    {
        try
        {
            return await ServerCluster.StartAsync(kind, cancellationToken: TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Discovery.Client.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository.");
    }
}
