using System.Diagnostics;
using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

/// <summary>Two processes of the system and one directory: the other process is this program again, running <see cref="LocalChildProcess"/> alone.</summary>
public sealed class LocalProcessTests : IDisposable
{
    private static readonly TimeSpan Ttl = LocalChildProcess.Registration.TimeToLive;
    private static readonly ServiceQuery Orders = new("orders");
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task CrashedProcess_IsGoneAfterItsTimeToLive_AndNotBefore()
    {
        await using var backend = Backend(_directory.Path);
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        using var child = StartChild();
        try
        {
            await watch.Until(snapshot => snapshot.Instances.Length == 1);

            // What is registered later, for longer, and renewed by nobody is gone before the other process's: that process's renewals keep it.
            var other = LocalChildProcess.Registration;
            await backend.RegisterAsync(other with { Instance = other.Instance with { InstanceId = "b" }, TimeToLive = Ttl * 1.5 }, Token);
            await watch.Until(snapshot => snapshot.Instances.Length == 2);
            await watch.Until(snapshot => snapshot.Instances.All(instance => instance.InstanceId != "b"));
            Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        }
        finally
        {
            child.Kill();
        }

        var killed = TimeProvider.System.GetTimestamp();
        await child.WaitForExitAsync(Token);
        await watch.Until(snapshot => snapshot.Instances.IsEmpty);
        Assert.InRange(TimeProvider.System.GetElapsedTime(killed), TimeSpan.FromSeconds(0.5), Ttl + TimeSpan.FromSeconds(3));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task InstanceId_OfAnotherProcess_IsRefusedWhileItLives_AndFreeAtOnceWhenItDied()
    {
        await using var backend = Backend(_directory.Path);
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        using var child = StartChild();
        try
        {
            await watch.Until(snapshot => snapshot.Instances.Length == 1);
            var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(LocalChildProcess.Registration, Token));
            Assert.False(error.IsTransient);
            Assert.Contains($"process {child.Id} on {Environment.MachineName}", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            child.Kill();
        }

        await child.WaitForExitAsync(Token);
        await backend.RegisterAsync(LocalChildProcess.Registration, Token);
    }

    private static LocalRegistryBackend Backend(string path) => new(path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);

    private Process StartChild()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LocalProcessTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-explicit", "only", "-class", typeof(LocalChildProcess).FullName! })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[LocalChildProcess.DirectoryVariable] = _directory.Path;
        var child = Process.Start(start)!;
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }
}
