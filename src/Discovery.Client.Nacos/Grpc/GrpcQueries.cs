namespace Discovery.Client.Nacos;

/// <summary>Reading over a connection.</summary>
internal static class GrpcQueries
{
    private const int PageSize = 500;

    public static async Task<NacosServiceInfo> QueryAsync(this NacosConnection connection, GrpcContext context, ServiceKey service, CancellationToken cancellationToken)
    {
        var request = new ServiceQueryRequest { Namespace = service.Namespace, GroupName = service.Group, ServiceName = service.Name };
        var answer = await connection.AskAsync(
            context, $"Reading {service}", "ServiceQueryRequest", request, GrpcJsonContext.Default.ServiceQueryRequest, GrpcJsonContext.Default.ServiceInfoResponse, service.Grouped, cancellationToken).ConfigureAwait(false);
        return answer.List(service);
    }

    public static async Task<IReadOnlyCollection<string>> ListNamesAsync(this NacosConnection connection, GrpcContext context, string group, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var request = new ServiceListRequest { Namespace = connection.Namespace, GroupName = group, PageNo = page, PageSize = PageSize };
            var answer = await connection.AskAsync(
                context, $"Reading the names of group {group}", "ServiceListRequest", request, GrpcJsonContext.Default.ServiceListRequest, GrpcJsonContext.Default.ServiceListResponse, null, cancellationToken).ConfigureAwait(false);
            var before = names.Count;
            names.UnionWith(answer.ServiceNames ?? []);
            if (names.Count == before || page * PageSize >= answer.Count)
            {
                return names;
            }
        }
    }
}
