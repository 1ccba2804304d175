using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

/// <summary>What <see cref="LocalProcessTests"/> runs in another process, and kills.</summary>
public sealed class LocalChildProcess
{
    public const string DirectoryVariable = "DISCOVERY_CLIENT_TESTS_DIRECTORY";

    public static ServiceRegistration Registration
        => new() { Instance = new() { ServiceName = "orders", InstanceId = "a", Host = "10.0.0.1", Port = 80 }, TimeToLive = TimeSpan.FromSeconds(2) };

    [Fact(Explicit = true)]
    public async Task RegistersAndRenewsForAMinute()
    {
        var token = TestContext.Current.CancellationToken;
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable) ?? throw new InvalidOperationException("Only for another test.");
        await using var backend = new LocalRegistryBackend(directory, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);
        var lease = await backend.RegisterAsync(Registration, token);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
        {
            await Task.Delay(lease.Group.RenewEvery!.Value, token);
            await backend.RenewAsync(lease.Group, token);
        }
    }
}
