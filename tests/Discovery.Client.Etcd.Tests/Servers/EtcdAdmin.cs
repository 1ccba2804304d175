using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>What an operator does to etcd, over its JSON gateway, which the adapter does not use.</summary>
internal sealed class EtcdAdmin(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
    private string? _token;

    public void Dispose() => _http.Dispose();

    public Task PutAsync(string key, string value, long lease = 0) => PostAsync("kv/put", new { key = Base64(key), value = Base64(value), lease = lease.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Writes several keys in one transaction.</summary>
    public Task PutAllAsync(IEnumerable<(string Key, string Value)> records)
        => PostAsync("kv/txn", new { success = records.Select(record => new { request_put = new { key = Base64(record.Key), value = Base64(record.Value) } }) });

    public Task DeleteAsync(string key) => PostAsync("kv/deleterange", new { key = Base64(key) });

    /// <summary>The key's value and lease; null if there is none.</summary>
    public async Task<(string Value, long Lease)?> GetAsync(string key)
    {
        var answer = await PostAsync("kv/range", new { key = Base64(key) });
        if (!answer.TryGetProperty("kvs", out var records))
        {
            return null;
        }

        var record = records[0];
        return (Encoding.UTF8.GetString(record.GetProperty("value").GetBytesFromBase64()), record.TryGetProperty("lease", out var lease) ? Number(lease) : 0);
    }

    public async Task<long> RevisionAsync() => Number((await PostAsync("kv/range", new { key = Base64("none") })).GetProperty("header").GetProperty("revision"));

    public async Task CompactAsync() => await PostAsync("kv/compaction", new { revision = await RevisionAsync(), physical = true });

    public async Task<IReadOnlyList<long>> LeasesAsync()
        => (await PostAsync("lease/leases", new { })).TryGetProperty("leases", out var leases) ? [.. leases.EnumerateArray().Select(lease => Number(lease.GetProperty("ID")))] : [];

    /// <summary>Grants a lease, which nobody renews.</summary>
    public async Task<long> GrantAsync(int seconds) => Number((await PostAsync("lease/grant", new { TTL = seconds })).GetProperty("ID"));

    public Task RevokeAsync(long lease) => PostAsync("lease/revoke", new { ID = lease });

    /// <summary>Whether the member leads.</summary>
    public async Task<bool> LeadsAsync()
    {
        var status = await PostAsync("maintenance/status", new { });
        return status.TryGetProperty("leader", out var leader) && leader.GetString() == status.GetProperty("header").GetProperty("member_id").GetString();
    }

    /// <summary>A figure of the member's own counting, such as that of calls of a method.</summary>
    public async Task<double> MetricAsync(params string[] parts)
        => (await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(line => !line.StartsWith('#') && Array.TrueForAll(parts, part => line.Contains(part, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Switches authentication on, with a root and a user who has one range.</summary>
    public async Task EnableAuthenticationAsync(string user, string password, string from, string to)
    {
        await PostAsync("auth/user/add", new { name = "root", password = "root" });
        await PostAsync("auth/role/add", new { name = "root" });
        await PostAsync("auth/user/grant", new { user = "root", role = "root" });
        await PostAsync("auth/user/add", new { name = user, password });
        await PostAsync("auth/role/add", new { name = "registry" });
        await PostAsync("auth/role/grant", new { name = "registry", perm = new { permType = "READWRITE", key = Base64(from), range_end = Base64(to) } });
        await PostAsync("auth/user/grant", new { user, role = "registry" });
        await PostAsync("auth/enable", new { });
        await AuthenticateAsync();
    }

    /// <summary>Takes the range of the user of <see cref="EnableAuthenticationAsync"/> away.</summary>
    public Task RevokeRangeAsync(string from, string to) => PostAsync("auth/role/revoke", new { role = "registry", key = Base64(from), range_end = Base64(to) });

    public Task ChangePasswordAsync(string user, string password) => PostAsync("auth/user/changepw", new { name = user, password });

    public async Task AuthenticateAsync() => _token = (await PostAsync("auth/authenticate", new { name = "root", password = "root" })).GetProperty("token").GetString();

    public static async Task<ServerNode> LeaderAsync(IEnumerable<ServerNode> members)
    {
        while (true)
        {
            foreach (var member in members)
            {
                using var admin = new EtcdAdmin(member.Address);
                if (await admin.LeadsAsync())
                {
                    return member;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v3/" + path, UriKind.Relative)) { Content = JsonContent.Create(body, options: JsonSerializerOptions.Default) };
        if (_token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", _token);
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static long Number(JsonElement text) => long.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
