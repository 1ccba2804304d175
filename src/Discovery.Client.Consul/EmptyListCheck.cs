using System.Net;

namespace Discovery.Client.Consul;

/// <summary>Finds out whether an empty answer means that there is nothing, by a consistent read and by asking what the token may see.</summary>
internal sealed class EmptyListCheck(ConsulClient client, ConsulOptions options)
{
    private volatile bool _aclsAreOff;

    /// <summary>Reads the service once, as consistently as Consul can.</summary>
    /// <returns>An answer that may be empty, which then is the truth.</returns>
    /// <exception cref="RegistryException">The read failed, or its emptiness cannot be believed (not transient).</exception>
    public async Task<ConsulAnswer> ReadAsync(Uri endpoint, ServiceQuery query, CancellationToken cancellationToken)
    {
        var path = ConsulPaths.Health(query, options, consistent: true, index: 0, wait: default);
        var answer = await client.GetAsync(endpoint, path, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        ThrowIfUntrusted(QueryAnswerRule.Decide(0, answer.Index, answer.KnownLeader, streamed: false), endpoint, path);
        if (IsEmpty(answer) && EmptyListRule.Doubt(await GatherAsync(endpoint, query, answer, cancellationToken).ConfigureAwait(false)) is { } doubt)
        {
            throw new RegistryException(
                $"Consul at {endpoint} answered an empty list for '{query.Name}', which cannot be believed: {doubt}. The list is left as it was.", isTransient: false);
        }

        return answer;
    }

    /// <exception cref="RegistryException">The answer says nothing about the present.</exception>
    public static void ThrowIfUntrusted(QueryStep step, Uri endpoint, string path)
    {
        switch (step)
        {
            case QueryStep.NoLeader:
                throw new RegistryException($"GET {ConsulClient.PathOnly(path)}: Consul at {endpoint} knows no leader, its answer may be old.");
            case QueryStep.NoIndex:
                throw new RegistryException($"GET {ConsulClient.PathOnly(path)}: the answer of {endpoint} has no header X-Consul-Index, so that old and new cannot be told apart. Does a proxy remove it?", isTransient: false);
        }
    }

    public static bool IsEmpty(ConsulAnswer answer) => answer.Body.AsSpan().Trim(" \r\n\t"u8).Length <= "null".Length;

    private async Task<EmptyListEvidence> GatherAsync(Uri endpoint, ServiceQuery query, ConsulAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.FilteredByAcls)
        {
            return new(true, true, null, null);
        }

        if (!_aclsAreOff)
        {
            var self = await client.SendAsync(HttpMethod.Get, endpoint, ConsulPaths.TokenSelf, null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            _aclsAreOff = self.Status == HttpStatusCode.Unauthorized && self.Text.Contains("ACL support disabled", StringComparison.Ordinal);
        }

        if (_aclsAreOff)
        {
            return new(false, false, null, null);
        }

        var may = await client.SendAsync(HttpMethod.Get, endpoint, ConsulPaths.MayRead(query), null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);

        // 429 and 503 are states of the service here; what is meant as an error has no list.
        var mayRead = may.Status != HttpStatusCode.Forbidden && may.Body.AsSpan().StartsWith("["u8);
        return new(true, false, mayRead, mayRead ? await client.HasAnyAsync(endpoint, ConsulPaths.Nodes(query, options), cancellationToken).ConfigureAwait(false) : null);
    }
}
