using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>One watch of one service at one agent.</summary>
internal sealed class ConsulWatch(ConsulBackendParts parts, ServiceQuery query, ServiceSnapshot? last)
{
    private readonly HealthDecoder _decoder = new(query.Name);
    private readonly ServiceSnapshot? _last = last;
    private ServiceSnapshot? _current;
    private ulong _epoch = parts.NextEpoch();

    public async IAsyncEnumerable<ServiceSnapshot> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var blocking = new BlockingQuery(parts, parts.Turns.Join(), parts.Client.Endpoints.Current);
        while (true)
        {
            var (step, answer) = await blocking.AskAsync(
                (index, wait) => ConsulPaths.Health(query, parts.Options, consistent: false, index, wait),
                received => ConfirmAsync(blocking.Endpoint, received, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            switch (step)
            {
                case QueryStep.Take:
                    _current = Decode(query, _decoder, answer, _epoch, _current ?? _last);
                    break;
                case QueryStep.Restart:
                    _epoch = parts.NextEpoch();
                    _decoder.Forget();
                    continue;
            }

            yield return _current!;
        }
    }

    /// <exception cref="RegistryException">The answer is no list, or has records none of which can be read.</exception>
    public static ServiceSnapshot Decode(ServiceQuery query, HealthDecoder decoder, ConsulAnswer answer, ulong epoch, ServiceSnapshot? previous)
    {
        try
        {
            var (instances, rejected) = decoder.Decode(answer.Body);
            if (instances.Count == 0 && rejected > 0)
            {
                throw new RegistryException($"Consul has {rejected} records of '{query.Name}', and none of them has a usable id, address and port.", isTransient: false);
            }

            return ServiceSnapshot.Create(instances, new SnapshotVersion(epoch, QueryAnswerRule.Effective(answer.Index)), previous, rejected);
        }
        catch (JsonException error)
        {
            throw new RegistryException($"Consul's answer for '{query.Name}' cannot be read: {error.Message}", innerException: error);
        }
    }

    /// <summary>A list that is empty and was not so before is read again before it is believed.</summary>
    private async Task<ConsulAnswer> ConfirmAsync(Uri endpoint, ConsulAnswer answer, CancellationToken cancellationToken)
        => EmptyListCheck.IsEmpty(answer) && _current is not { Instances.IsEmpty: true }
            ? await parts.EmptyLists.ReadAsync(endpoint, query, cancellationToken).ConfigureAwait(false)
            : answer;
}
