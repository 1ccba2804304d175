using Discovery.Client.Explanations;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client;

internal sealed class DiscoveryClient(ServiceCatalog catalog, TimeProvider timeProvider) : IDiscoveryClient
{
    public ValueTask<ServiceView> GetViewAsync(string serviceName, CancellationToken cancellationToken = default)
        => catalog.GetOrAdd(serviceName).WaitForAnswerAsync(cancellationToken);

    public ServiceView GetView(string serviceName) => catalog.GetOrAdd(serviceName).Touch();

    public IAsyncEnumerable<ServiceView> WatchAsync(string serviceName, CancellationToken cancellationToken = default)
        => ViewFeed.FollowAsync(catalog.GetOrAdd(serviceName), cancellationToken);

    public async ValueTask<ServiceView> WaitForInstancesAsync(string serviceName, CancellationToken cancellationToken = default)
    {
        var entry = catalog.GetOrAdd(serviceName);
        entry.Follow();
        try
        {
            while (true)
            {
                using var waiter = entry.NextChange(cancellationToken);
                var view = entry.View;
                if (!view.Instances.IsEmpty)
                {
                    return view;
                }

                if (!await waiter.Task.ConfigureAwait(false))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            entry.Unfollow();
        }
    }

    public async ValueTask<PickResult> PickAsync(string serviceName, PickOptions options = default, CancellationToken cancellationToken = default)
    {
        var view = await catalog.GetOrAdd(serviceName).WaitForAnswerAsync(cancellationToken).ConfigureAwait(false);
        return Pick(view, options) ?? throw new NoInstanceAvailableException(view, "the registry lists none");
    }

    public PickResult? TryPick(string serviceName, PickOptions options = default) => Pick(catalog.GetOrAdd(serviceName).Touch(), options);

    private PickResult? Pick(ServiceView view, in PickOptions options)
    {
        var now = timeProvider.GetTimestamp();
        if (Choose(view, options, now) is not { } node)
        {
            return null;
        }

        view.Counts.AddPick();
        return new PickResult(node, view, now, options.Explanation);
    }

    private static ServiceNode? Choose(ServiceView view, in PickOptions options, long now)
    {
        var headers = options.Headers is null ? default : new RequestHeaders(options.Headers);
        var context = new PickContext
        {
            Excluded = options.Exclude switch
            {
                null => [],
                ServiceNode[] array => array,
                { } nodes => nodes.ToArray(),
            },
            HashKey = options.HashKey is { } key ? XxHash64.Hash(key) : view.Key?.Find(headers),
            Headers = headers,
            Now = now,
            AcceptEjected = view.IsPanicking,
            Trace = options.Explanation is null ? null : new PickTrace(),
        };
        var node = PickWidening.Pick(view, context);
        options.Explanation?.Choose(view, context, (PickTrace?)context.Trace, node, null);
        return node;
    }
}
