using System.Diagnostics;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>The quick start with its programs published as NativeAOT.</summary>
public sealed class NativeTests
{
    private static readonly string[] Projects = ["QuickStart.Provider", "QuickStart.Consumer"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Long")]
    public async Task QuickStart_NativePrograms_PublishWithoutAWarningAndFailNoCall()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && IsOnPath("clang"), "clang is missing: NativeAOT needs Debian's packages clang and zlib1g-dev.");
        var programs = Directory.CreateTempSubdirectory("quickstart-native-").FullName;
        try
        {
            foreach (var project in Projects)
            {
                await PublishAsync(project, Path.Combine(programs, project));
            }

            await using var command = Command.StartQuickStart("--seconds", "9", "--programs", programs);

            QuickStartTests.AssertWell(await command.WaitAsync(TimeSpan.FromSeconds(90), Cancelled));
        }
        finally
        {
            Directory.Delete(programs, recursive: true);
        }
    }

    private static async Task PublishAsync(string project, string folder)
    {
        await using var command = Command.Start("dotnet", "publish", Path.Combine("samples", project), "-r", "linux-x64", "-p:PublishAot=true", "-nologo", "-v", "q", "-o", folder);

        var result = await command.WaitAsync(TimeSpan.FromMinutes(10), Cancelled);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("warning", result.Output, StringComparison.OrdinalIgnoreCase);
        var program = Path.Combine(folder, project);
        var times = new List<TimeSpan>();
        while (times.Count < 5)
        {
            times.Add(await StartUpTimeAsync(program));
        }

        var size = new FileInfo(program).Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{project}: {size / 1e6:0.0} MB, started in {times.Order().ElementAt(2).TotalMilliseconds:0} ms");
    }

    private static async Task<TimeSpan> StartUpTimeAsync(string program)
    {
        var start = new ProcessStartInfo(program, ["--Discovery:Backend=memory", "--urls=http://127.0.0.1:0"]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath() };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(Cancelled) is { } line && !line.Contains("Application started", StringComparison.Ordinal))
        {
        }

        var took = watch.Elapsed;
        process.Kill();
        await process.WaitForExitAsync(Cancelled);
        return took;
    }

    private static bool IsOnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, program)));
}
