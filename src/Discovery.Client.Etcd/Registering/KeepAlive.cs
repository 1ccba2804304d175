using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>
/// Proves a lease alive, by a stream of its own each time: one that goes on may hang for seconds while the cluster is well again, or lose its right with its token, and a new one costs the
/// connection nothing.
/// </summary>
internal static class KeepAlive
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(7.5);

    /// <summary>Sends one beat.</summary>
    /// <returns>The seconds that the lease lives from now on; 0: there is no such lease.</returns>
    /// <exception cref="RegistryException">The beat failed; the lease may live.</exception>
    public static async Task<long> BeatAsync(EtcdBackendParts parts, ProcessLease lease, CancellationToken cancellationToken)
    {
        // Clearly below the third, and the 10 seconds, after which the engine gives an attempt up: only a call that ends by its own deadline tells that the member is gone.
        var timeout = new[] { lease.TimeToLive / 4, parts.Options.RequestTimeout, Longest }.Min();
        var answer = await parts.Client.CallAsync($"Renewing lease {lease.Id}", (at, call) => BeatAsync(at.Leases, lease.LeaseId, call), timeout, cancellationToken).ConfigureAwait(false);
        return answer.TTL;
    }

    private static async Task<Wire.LeaseKeepAliveResponse> BeatAsync(Wire.Lease.LeaseClient client, long lease, CallOptions options)
    {
        using var call = client.LeaseKeepAlive(options);
        await call.RequestStream.WriteAsync(new() { ID = lease }).ConfigureAwait(false);
        if (!await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended without an answer."));
        }

        return call.ResponseStream.Current;
    }
}
