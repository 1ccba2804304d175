using System.Globalization;
using System.Text.RegularExpressions;
using Discovery.Client.Servers;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>The quick start as a person runs it, in its short form.</summary>
public sealed partial class QuickStartTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    // Takes the logs that a run leaves behind when it is meant to fail.
    private readonly string _temporary = Directory.CreateTempSubdirectory("quickstart-tests-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QuickStart_OnLocal_FailsNoCall()
    {
        await using var command = Command.StartQuickStart("--seconds", "9");

        AssertWell(await command.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task QuickStart_OnConsul_FailsNoCallAndLeavesNothingBehind()
    {
        await using var consul = await Repository.ServerAsync(ServerKind.Consul);
        await using var command = Command.StartQuickStart("--seconds", "9", "--Discovery:Backend=consul", $"--Discovery:Consul:Endpoints:0={consul.Address.GetLeftPart(UriPartial.Authority)}");

        AssertWell(await command.WaitAsync(Deadline, Cancelled));

        using var http = new HttpClient();
        Assert.Equal("[]", await http.GetStringAsync(new Uri(consul.Address, "/v1/health/service/greeter"), Cancelled));
    }

    [Fact]
    public async Task QuickStart_OnEtcd_FailsNoCall()
    {
        await using var etcd = await Repository.ServerAsync(ServerKind.Etcd);
        await using var command = Command.StartQuickStart("--seconds", "9", "--Discovery:Backend=etcd", $"--Discovery:Etcd:Endpoints:0={etcd.Address.GetLeftPart(UriPartial.Authority)}");

        AssertWell(await command.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task QuickStart_OnThreeEtcdMembersOneKilled_FailsNoCall()
    {
        await using var etcd = await Repository.ClusterAsync(ServerKind.Etcd);
        await using var command = Command.StartQuickStart(
            ["--seconds", "15", "--Discovery:Backend=etcd", .. etcd.Nodes.Select((node, i) => $"--Discovery:Etcd:Endpoints:{i}={node.Address.GetLeftPart(UriPartial.Authority)}")]);
        using var http = new HttpClient();

        // The consumer watches, so that everybody is in use when the member goes.
        while (!(await Task.WhenAll(etcd.Nodes.Select(node => http.GetStringAsync(new Uri(node.Address, "/metrics"), Cancelled)))).Any(text => Watchers().IsMatch(text)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancelled);
        }

        await etcd.Nodes[0].KillAsync();

        AssertWell(await command.WaitAsync(Deadline, Cancelled));
    }

    [Fact]
    public async Task QuickStart_NoConsulListening_SaysHowToStartOne()
    {
        using var ports = PortLease.Take();
        await using var command = Command.StartQuickStartIn(_temporary, "--Discovery:Backend=consul", $"--Discovery:Consul:Endpoints:0=http://127.0.0.1:{ports.Port}");

        var result = await command.WaitAsync(Deadline, Cancelled);

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("consul agent -dev", result.Error, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{ports.Port}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuickStart_OnMemory_SaysThatItIsOfOneProcess()
    {
        await using var command = Command.StartQuickStartIn(_temporary, "--Discovery:Backend=memory");

        var result = await command.WaitAsync(Deadline, Cancelled);

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("'memory' is of one process", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuickStart_MisspeltKey_NamesItAndTheOneMeant()
    {
        await using var command = Command.StartQuickStartIn(_temporary, "--Discovery:Bakend=consul");

        var result = await command.WaitAsync(Deadline, Cancelled);

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("Discovery:Bakend", result.Error, StringComparison.Ordinal);
        Assert.Contains("Backend", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuickStart_ConductorKilled_ChildrenEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        await using var command = Command.StartQuickStartIn(_temporary, "--seconds", "60");
        var children = await PollAsync(() => Children(command.Id), found => found.Count == 4);
        Assert.Equal(4, children.Count);

        command.Kill();

        Assert.Empty(await PollAsync(() => [.. children.Where(id => Directory.Exists($"/proc/{id}"))], left => left.Count == 0));
    }

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    internal static void AssertWell(CommandResult result)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        var lastLine = result.Output.TrimEnd().Split('\n')[^1].TrimEnd();
        Assert.Matches(SummaryLine(), lastLine);
        Assert.True(result.Output.All(character => !char.IsControl(character) || character is '\n' or '\r'), "There are control codes in redirected output.");
        Assert.Contains("provider-2 killed with SIGKILL at ", result.Output, StringComparison.Ordinal);
        Assert.Contains("provider-4 started at ", result.Output, StringComparison.Ordinal);
        Assert.Contains("provider-1 stopped with SIGTERM at ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT the same", result.Output, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(lastLine);
    }

    private static List<int> Children(int parent)
        => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => ParentOf(id) == parent)];

    private static int ParentOf(int id)
    {
        try
        {
            // The name may hold spaces and parentheses, so what follows the last one counts: state, parent, …
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task<List<int>> PollAsync(Func<List<int>> read, Func<List<int>, bool> isEnough)
    {
        var until = DateTimeOffset.UtcNow + Deadline;
        var found = read();
        while (!isEnough(found) && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
            found = read();
        }

        return found;
    }

    [GeneratedRegex(@"^OK: [\d,]+ calls \(\d+/s, 16 in flight\), 0 failures$")]
    private static partial Regex SummaryLine();

    [GeneratedRegex("^etcd_debugging_mvcc_watcher_total [1-9]", RegexOptions.Multiline)]
    private static partial Regex Watchers();
}
