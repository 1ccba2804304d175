namespace Discovery.Client.Consul;

/// <summary>Finds out whether an empty answer means that there is nothing, by a consistent read and by asking what the token may see.</summary>
internal sealed class EmptyListCheck(ConsulClient client, ConsulOptions options)
{
    /// <summary>Reads the service once, as consistently as Consul can.</summary>
    /// <returns>An answer that may be empty, which then is the truth.</returns>
    /// <exception cref="RegistryException">The read or what it is checked with failed, or its emptiness cannot be believed (not transient).</exception>
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

        // Each time: ACLs may be switched on while this process runs.
        var self = await client.SendAsync(HttpMethod.Get, endpoint, ConsulPaths.TokenSelf, null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (!(EmptyListRule.AclsEnabled(self.Status, self.Text) ?? throw ConsulClient.ToException("GET", endpoint, ConsulPaths.TokenSelf, self)))
        {
            return new(false, false, null, null);
        }

        var path = ConsulPaths.MayRead(query);
        var may = await client.SendAsync(HttpMethod.Get, endpoint, path, null, options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (!(EmptyListRule.MayRead(may.Status, may.Text) ?? throw ConsulClient.ToException("GET", endpoint, path, may)))
        {
            return new(true, false, false, null);
        }

        path = ConsulPaths.Nodes(query, options);
        var nodes = await client.PeekAsync(endpoint, path, cancellationToken).ConfigureAwait(false);
        return new(true, false, true, EmptyListRule.SeesNodes(nodes.Status, nodes.Text) ?? throw ConsulClient.ToException("GET", endpoint, path, nodes));
    }
}
