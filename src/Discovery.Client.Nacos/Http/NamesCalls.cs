using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Discovery.Client.Nacos;

/// <summary>Asks for the names of a group's services. Which server answers which of several questions depends on its version, its switches and the user's rights.</summary>
internal sealed class NamesCalls(OpenApiClient client)
{
    private const int PageSize = 500;

    /// <summary>The best first: those for administrators leave out services without instances, which stay for one to two minutes.</summary>
    private static readonly Func<string, string, int, ApiCall<NamesPage>>[] Questions = [AdminOfV3, ConsoleOfV1, ClientOfV1];

    private readonly ConcurrentDictionary<Uri, int> _answered = [];

    public async Task<IReadOnlyCollection<string>> ListAsync(string namespaceId, string group, CancellationToken cancellationToken)
    {
        var server = client.Current;
        OpenApiException? denied = null;
        for (var at = _answered.GetValueOrDefault(server); ; at++)
        {
            try
            {
                var names = await ListAsync(server, Questions[at], namespaceId, group, cancellationToken).ConfigureAwait(false);
                _answered[server] = at;
                return names;
            }
            catch (RegistryException error) when (!error.IsTransient && at + 1 < Questions.Length)
            {
                // The next may be answered.
                denied ??= error is OpenApiException { Sort: HttpError.Denied } missing ? missing : null;
            }
            catch (RegistryException error)
            {
                _answered.TryRemove(server, out _);

                // A right that is missing can be given; a question that this version does not know tells nobody anything.
                throw denied is not null && error is OpenApiException { Sort: HttpError.ApiGone } ? denied : error;
            }
        }
    }

    private async Task<HashSet<string>> ListAsync(Uri server, Func<string, string, int, ApiCall<NamesPage>> question, string namespaceId, string group, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var some = await client.AskAsync(server, _ => question(namespaceId, group, page), cancellationToken).ConfigureAwait(false);
            var before = names.Count;
            names.UnionWith(some.Names);
            if (some.IsLast || (some.Names.Count > 0 && names.Count == before))
            {
                return names;
            }
        }
    }

    internal static ApiCall<NamesPage> AdminOfV3(string namespaceId, string group, int page) => Call(
        "/v3/admin/ns/service/list", namespaceId, [("groupNameParam", group), ("ignoreEmptyService", "true")], page, HttpJsonContext.Default.ServicesAnswer,
        answer => answer.Code == 0 && answer.Data is { PageItems: { } items } data ? (Names(items, group), items.Count, data.TotalCount) : null);

    internal static ApiCall<NamesPage> ConsoleOfV1(string namespaceId, string group, int page) => Call(
        "/v1/ns/catalog/services", namespaceId, [("groupNameParam", group), ("hasIpCount", "true"), ("withInstances", "false")], page, HttpJsonContext.Default.CatalogAnswer,
        answer => answer.ServiceList is { } items ? (Names(items, group), items.Count, answer.Count) : null);

    internal static ApiCall<NamesPage> ClientOfV1(string namespaceId, string group, int page) => Call(
        "/v1/ns/service/list", namespaceId, [("groupName", group)], page, HttpJsonContext.Default.NamesAnswer,
        answer => answer.Doms is { } names ? (names, names.Count, answer.Count) : null);

    private static ApiCall<NamesPage> Call<T>(
        string path, string namespaceId, IReadOnlyList<(string, string?)> more, int page, JsonTypeInfo<T> type, Func<T, (IEnumerable<string> Names, int Count, int Total)?> read)
        where T : class
        => new(
            new(HttpMethod.Get, path, [("pageNo", Text(page)), ("pageSize", Text(PageSize)), ("namespaceId", namespaceId), .. more]),
            answer => JsonSerializer.Deserialize(answer.Body, type) is { } body && read(body) is var (names, count, total)
                ? new NamesPage([.. names], count == 0 || page * PageSize >= total)
                : throw new FormatException("it has no list of names"))
        {
            TellsGeneration = false,
        };

    private static IEnumerable<string> Names(IEnumerable<ServiceItem> items, string group) => items.Where(item => item.GroupName == group && item.Name is not null).Select(item => item.Name!);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Some of the names.</summary>
/// <param name="Names">As Nacos holds them.</param>
/// <param name="IsLast">Whether there are no more.</param>
internal sealed record NamesPage(IReadOnlyCollection<string> Names, bool IsLast);
