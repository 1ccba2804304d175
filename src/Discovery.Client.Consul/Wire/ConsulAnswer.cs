using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>An answer, whatever its status: what its headers say and the whole body.</summary>
internal sealed record ConsulAnswer(HttpStatusCode Status, byte[] Body)
{
    public ulong? Index { get; init; }

    public bool? KnownLeader { get; init; }

    /// <summary>Whether the streaming backend answered, whose word on the leader means nothing.</summary>
    public bool Streamed { get; init; }

    public bool FilteredByAcls { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Text => Encoding.UTF8.GetString(Body);

    public static ConsulAnswer From(HttpResponseMessage response, byte[] body) => new(response.StatusCode, body)
    {
        Index = ulong.TryParse(Header(response.Headers, "X-Consul-Index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null,
        KnownLeader = bool.TryParse(Header(response.Headers, "X-Consul-Knownleader"), out var leader) ? leader : null,
        Streamed = Header(response.Headers, "X-Consul-Query-Backend") == "streaming",
        FilteredByAcls = Header(response.Headers, "X-Consul-Results-Filtered-By-ACLs") == "true",
        RetryAfter = response.Headers.RetryAfter?.Delta,
    };

    private static string? Header(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
