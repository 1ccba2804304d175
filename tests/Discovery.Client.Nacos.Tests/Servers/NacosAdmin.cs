using System.Globalization;
using System.Net;
using System.Text.Json;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>What another client and an operator at the console do to Nacos, over its open APIs.</summary>
internal sealed class NacosAdmin(ServerNode node) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(node.Address, "/nacos/"), Timeout = TimeSpan.FromSeconds(10) };

    private bool IsNewest => node.Kind == ServerKind.Nacos3;

    /// <summary>Further parameters of every call, such as those of another namespace.</summary>
    public (string Name, string Value)[] Always { get; init; } = [];

    public void Dispose() => _http.Dispose();

    /// <summary>Registers as a client over HTTP does. It sends no beats.</summary>
    public Task RegisterAsync(string service, string ip, int port, params (string Name, string Value)[] more)
        => SendAsync(HttpMethod.Post, "v1/ns/instance", [("serviceName", service), ("ip", ip), ("port", Text(port)), .. more]);

    public Task DeregisterAsync(string service, string ip, int port, params (string Name, string Value)[] more)
        => SendAsync(HttpMethod.Delete, "v1/ns/instance", [("serviceName", service), ("ip", ip), ("port", Text(port)), .. more]);

    /// <summary>A beat that says nothing but who it is of; the answer's code.</summary>
    public async Task<int> BeatAsync(string service, string ip, int port)
        => JsonSerializer.Deserialize<JsonElement>(await SendAsync(HttpMethod.Put, "v1/ns/instance/beat", [("serviceName", $"DEFAULT_GROUP@@{service}"), ("ip", ip), ("port", Text(port))])).GetProperty("code").GetInt32();

    /// <summary>What the console's buttons do: it stands before what the client registers until a minute after that is gone.</summary>
    public Task OverrideAsync(string service, string ip, int port, params (string Name, string Value)[] values)
        => SendAsync(HttpMethod.Put, IsNewest ? "v3/admin/ns/instance" : "v1/ns/instance", [("serviceName", service), ("ip", ip), ("port", Text(port)), .. values]);

    /// <summary>Gives a service that has ephemeral instances a threshold below which all pass for healthy.</summary>
    public Task ProtectAsync(string service, double threshold)
        => SendAsync(
            HttpMethod.Put,
            IsNewest ? "v3/admin/ns/service" : "v1/ns/service",
            [("serviceName", service), ("groupName", "DEFAULT_GROUP"), ("protectThreshold", threshold.ToString(CultureInfo.InvariantCulture)), .. IsNewest ? [("ephemeral", "true")] : Array.Empty<(string, string)>()]);

    /// <summary>The list as other clients are shown it.</summary>
    public async Task<IReadOnlyList<JsonElement>> HostsAsync(string service, params (string Name, string Value)[] more)
        => [.. JsonSerializer.Deserialize<JsonElement>(await SendAsync(HttpMethod.Get, "v1/ns/instance/list", [("serviceName", service), .. more])).GetProperty("hosts").EnumerateArray()];

    /// <summary>Tells a client over gRPC to connect again, as an operator does who empties a node.</summary>
    public Task ResetAsync(string connectionId)
        => SendAsync(IsNewest ? HttpMethod.Post : HttpMethod.Get, IsNewest ? "v3/admin/core/loader/reloadClient" : "v2/core/loader/reloadClient", [("connectionId", connectionId)]);

    /// <summary>Makes the first user where there is none, and waits until it can log in: the server reads its users every 15 seconds.</summary>
    public async Task CreateUserAsync()
    {
        if (IsNewest)
        {
            await SendAsync(HttpMethod.Post, "v3/auth/user/admin", [("password", "nacos")]);
        }

        await Eventually.SucceedsAsync(async () => await SendAsync(HttpMethod.Post, "v1/auth/login", [("username", "nacos"), ("password", "nacos")]), mayFail: _ => true);
    }

    private async Task<string> SendAsync(HttpMethod method, string path, IEnumerable<(string Name, string Value)> parameters)
    {
        var query = string.Join('&', Always.Concat(parameters).Select(pair => $"{WebUtility.UrlEncode(pair.Name)}={WebUtility.UrlEncode(pair.Value)}"));
        using var request = new HttpRequestMessage(method, new Uri($"{path}?{query}", UriKind.Relative));

        // What servers show each other: it passes where authentication is on.
        request.Headers.TryAddWithoutValidation("serverIdentity", "security");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}?{query}: {(int)response.StatusCode} {text}");
        return text;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
