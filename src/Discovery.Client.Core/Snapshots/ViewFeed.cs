using System.Runtime.CompilerServices;

namespace Discovery.Client.Snapshots;

/// <summary>The views of a service for whoever follows them. A follower that is slow or throws holds up nobody: it reads the newest view when it comes back.</summary>
internal static class ViewFeed
{
    public static async IAsyncEnumerable<ServiceView> FollowAsync(ServiceEntry entry, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        entry.Follow();
        try
        {
            for (var seen = -1L; ;)
            {
                using var waiter = entry.NextChange(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                var view = entry.View;
                if (view.Revision != seen)
                {
                    seen = view.Revision;
                    yield return view;
                }
                else
                {
                    await waiter.Task.ConfigureAwait(true);
                }
            }
        }
        finally
        {
            entry.Unfollow();
        }
    }
}
