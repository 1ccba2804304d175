using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Discovery.Client.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Consul with ACLs that deny by default.</summary>
public sealed class AclTests
{
    private const string Root = "11111111-2222-3333-4444-555555555555";
    private const string Service = "acl-orders";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Acl_EveryKindOfToken_NeverAnEmptyListThatIsNotTrue(string version)
    {
        var configuration = Path.Combine(Path.GetTempPath(), $"discovery-client-acl-{Environment.ProcessId}-{version}.json");
        var token = version == ConsulServers.Oldest ? "master" : "initial_management";
        await File.WriteAllTextAsync(configuration, Configuration(token), Stop);
        await using var node = await StartAsync(version, configuration);
        File.Delete(configuration);
        using var http = new HttpClient { BaseAddress = node.Address, DefaultRequestHeaders = { { "X-Consul-Token", Root } } };
        var full = await TokenAsync(http, $$"""service "{{Service}}" { policy = "write" } service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }""");
        var narrow = await TokenAsync(http, $$"""service "{{Service}}" { policy = "read" } node_prefix "" { policy = "read" }""");
        var blind = await TokenAsync(http, $$"""service "{{Service}}" { policy = "write" }""");
        var other = await TokenAsync(http, """service "else" { policy = "write" } node_prefix "" { policy = "read" }""");

        await using var owner = Backend(node, full);
        var lease = await owner.RegisterAsync(TestKit.Wish(TestKit.Instance(Service)), Stop);

        // May read: list, true emptiness of an absent service it may see, and the emptied service.
        await using var reader = Backend(node, narrow);
        await using var lists = reader.WatchAsync(new(Service), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.Length == 1);
        Assert.Empty((await owner.ReadAsync(new("acl-absent"), Stop)).Instances);
        await RefusedAsync(reader, "acl-absent");

        // May not: unknown token, none, none for nodes, none for the service.
        foreach (var streaming in new[] { false, true })
        {
            foreach (var (bad, text) in new[] { ("99999999-0000-0000-0000-000000000000", "ACL not found"), (null, "lacks"), (blind, "lacks"), (other, "lacks") })
            {
                await using var backend = Backend(node, bad, streaming);
                var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.WatchAsync(new(Service), null, Stop).GetAsyncEnumerator(Stop).MoveNextAsync());
                Assert.False(error.IsTransient);
                Assert.Contains(text, error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(bad ?? Root, error.ToString(), StringComparison.Ordinal);
                Assert.False((await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new(Service), Stop))).IsTransient);
            }
        }

        // Writes without the right are refused for good, as is a heartbeat; an unknown check is lost with ACLs too.
        await using (var backend = Backend(node, other))
        {
            Assert.False((await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(Service)), Stop))).IsTransient);
            var refused = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop));
            Assert.False(refused.IsTransient);
            Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        }

        await owner.DeregisterAsync(lease, Stop);
        await lists.UntilAsync(list => list.Instances.IsEmpty);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await owner.RenewAsync(lease.Group, Stop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Acl_TokenRevokedUnderAWatch_ThrowsAndPublishesNothing(bool streaming)
    {
        var configuration = Path.Combine(Path.GetTempPath(), $"discovery-client-acl-{Environment.ProcessId}-{streaming}.json");
        await File.WriteAllTextAsync(configuration, Configuration("initial_management"), Stop);
        await using var node = await StartAsync(ConsulServers.Newest, configuration);
        File.Delete(configuration);
        using var http = new HttpClient { BaseAddress = node.Address, DefaultRequestHeaders = { { "X-Consul-Token", Root } } };
        var secret = await TokenAsync(http, """service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }""");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, secret + "\n", Stop);
        await using var owner = Backend(node, Root);
        await owner.RegisterAsync(TestKit.Wish(TestKit.Instance(Service), 60), Stop);
        var clock = new SkippingClock();
        await using var backend = BackendTestKit.Create(
            o => (o.TokenFile, o.Streaming, o.WaitTime) = (file, streaming, TimeSpan.FromSeconds(1)), clock, NullLogger.Instance, node.Address);
        await using var lists = backend.WatchAsync(new(Service), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.Length == 1);

        var self = await http.GetFromJsonAsync<JsonElement>("/v1/acl/tokens", Stop);
        var accessor = self.EnumerateArray().First(t => t.GetProperty("Description").GetString() == "test").GetProperty("AccessorID").GetString();
        (await http.DeleteAsync($"/v1/acl/token/{accessor}", Stop)).EnsureSuccessStatusCode();

        var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.UntilAsync(list => list.Instances.IsEmpty, seconds: 60));
        Assert.False(error.IsTransient);

        // A token that rotates in its file is in force at the next watch; the file is looked at once a second at most.
        await File.WriteAllTextAsync(file, Root, Stop);
        clock.Skip(TimeSpan.FromSeconds(2));
        await using var again = backend.WatchAsync(new(Service), null, Stop).GetAsyncEnumerator(Stop);
        await again.UntilAsync(list => list.Instances.Length == 1);
        File.Delete(file);
    }

    private static async Task RefusedAsync(ConsulRegistryBackend backend, string service)
    {
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new(service), Stop));
        Assert.False(error.IsTransient);
        Assert.Contains("lacks", error.Message, StringComparison.Ordinal);
    }

    private static ConsulRegistryBackend Backend(ServerNode node, string? token, bool streaming = false)
        => BackendTestKit.Create(o => (o.Token, o.Streaming, o.WaitTime) = (token, streaming, TimeSpan.FromSeconds(2)), node.Address);

    // The agent takes services out of the catalog with its own token: without one a deregistration is answered 200 and stays in the agent (1.22.5).
    private static string Configuration(string token)
        => $$"""{ "acl": { "enabled": true, "default_policy": "deny", "tokens": { "{{token}}": "{{Root}}", "agent": "{{Root}}" } } }""";

    private static Task<ServerNode> StartAsync(string version, string configuration) => OwnServer.StartAsync(version, "-config-file", configuration);

    private static async Task<string> TokenAsync(HttpClient http, string rules)
    {
        // The servers enable ACLs a moment after they answer.
        var name = "p" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rules)))[..16];
        string? secret = null;
        await Eventually.SucceedsAsync(
            async () =>
            {
                using var policy = await http.PutAsJsonAsync("/v1/acl/policy", new { Name = name, Rules = rules }, Stop);
                var id = (await policy.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("ID").GetString();
                using var token = await http.PutAsJsonAsync("/v1/acl/token", new { Description = "test", Policies = new[] { new { ID = id } } }, Stop);
                secret = (await token.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("SecretID").GetString();
            },
            error => error is HttpRequestException);
        return secret!;
    }
}
