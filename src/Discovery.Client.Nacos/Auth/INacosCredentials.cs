namespace Discovery.Client.Nacos;

/// <summary>What proves who asks.</summary>
internal interface INacosCredentials : IDisposable
{
    /// <summary>The pairs to send with a request: headers of a gRPC message (whose case counts), headers or parameters over HTTP. Empty: nothing. May ask a server for a token first.</summary>
    /// <param name="resource">What the request is about, <c>group@@service</c>, where signatures cover it; null: nothing in particular.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RegistryException">There is no token to be had.</exception>
    ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string? resource, CancellationToken cancellationToken);

    /// <summary>A server refused a request that carried these (403).</summary>
    /// <returns>Whether asking for others and repeating the request once makes sense.</returns>
    bool Reject(IReadOnlyDictionary<string, string> refused);
}

/// <summary>Nobody in particular.</summary>
internal sealed class NoCredentials : INacosCredentials
{
    public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string? resource, CancellationToken cancellationToken) => new(Proof.None);

    public bool Reject(IReadOnlyDictionary<string, string> refused) => false;

    public void Dispose()
    {
    }
}
