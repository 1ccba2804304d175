using System.Diagnostics;
using System.Globalization;
using Discovery.Client.Servers.Internal;
using Xunit;

namespace Discovery.Client.Servers.Tests;

public sealed class InterruptionTests
{
    private const string FileVariable = "DISCOVERY_INTERRUPTION_FILE";

    [Fact]
    public async Task TestProcess_KilledWithAPausedServer_TakesItAlong()
    {
        await ServerNodeTests.Needed(ServerNode.PrepareAsync(ServerKind.Consul));
        var file = Path.GetTempFileName();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, Environment = { [FileVariable] = file } };
        foreach (var argument in (string[])["-explicit", "only", "-method", $"{typeof(InterruptionTests).FullName}.{nameof(Victim)}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var victim = Process.Start(start)!;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ServerNodeTests.Cancelled);
            limit.CancelAfter(TimeSpan.FromSeconds(90));
            var server = 0;
            await Poll.UntilAsync(
                () =>
                {
                    Assert.False(victim.HasExited, "the process that was to start a server ended");
                    return int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out server);
                },
                limit.Token);

            Assert.True(ServerNodeTests.Exists(server));

            victim.Kill();

            await Poll.UntilAsync(() => !ServerNodeTests.Exists(server), limit.Token);
        }
        finally
        {
            victim.Kill();
            File.Delete(file);
        }
    }

    /// <summary>Run by the test above in a process of its own, which is then killed.</summary>
    [Fact(Explicit = true)]
    public async Task Victim()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        Assert.SkipWhen(file is null, "only another test runs this");
        await using var node = await ServerNodeTests.Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: ServerNodeTests.Cancelled));
        await node.PauseAsync();
        await File.WriteAllTextAsync(file!, node.ProcessId.ToString(CultureInfo.InvariantCulture), ServerNodeTests.Cancelled);
        await Task.Delay(Timeout.Infinite, ServerNodeTests.Cancelled);
    }
}
