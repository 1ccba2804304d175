using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

/// <summary>Renews every group that a registration of this process lives in: one loop a group, so that a group is never renewed twice at a time.</summary>
internal sealed class LeaseRenewer(RenewalSchedulers schedulers, RandomSource random, DiscoveryMetrics metrics, ILogger<LeaseRenewer> logger)
{
    private readonly QuietLogger _logger = new(logger);
    private readonly LogThrottle _throttle = new(schedulers.Clock);
    private readonly Lock _lock = new();
    private readonly Dictionary<LeaseGroup, GroupRenewal> _renewals = new(ReferenceEqualityComparer.Instance);

    /// <summary>Number of groups being renewed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _renewals.Count;
            }
        }
    }

    /// <summary>Tells the holder from now on when the group is lost; perhaps before this returns.</summary>
    public void Attach(LeaseGroup group, ILeaseHolder holder, BackendSlot slot, IRegistryBackend backend, ClockReading asked)
    {
        GroupRenewal? started = null;
        lock (_lock)
        {
            if (_renewals.TryGetValue(group, out var renewal))
            {
                renewal.Holders.Add(holder);
                return;
            }

            var scheduler = schedulers.For(slot.Name, backend);
            var life = LeaseLife.Granted(group, asked, ClockReading.Of(scheduler.TimeProvider), random);
            _renewals.Add(group, started = new GroupRenewal(group, life, slot, backend, scheduler, this, random, metrics, _throttle, _logger) { Holders = { holder } });
        }

        // Outside the lock: a group that is lost already calls back from here.
        started.Start();
    }

    /// <summary>Ends the holder's interest. If it was the group's last, the task ends when no renewal is under way any more.</summary>
    public Task DetachAsync(LeaseGroup group, ILeaseHolder holder)
    {
        GroupRenewal? renewal;
        lock (_lock)
        {
            if (!_renewals.TryGetValue(group, out renewal) || !renewal.Holders.Remove(holder) || renewal.Holders.Count > 0)
            {
                return Task.CompletedTask;
            }

            _renewals.Remove(group);
        }

        return renewal.EndAsync();
    }

    /// <summary>The registry does not have the group any more: every registration in it has to be made again.</summary>
    /// <param name="group">The group.</param>
    /// <param name="error">How that became known; null: by silence or by the adapter.</param>
    /// <param name="notBefore">How long to wait before asking the registry again.</param>
    public void Lose(LeaseGroup group, Exception? error, TimeSpan notBefore)
    {
        GroupRenewal? renewal;
        ILeaseHolder[] holders;
        lock (_lock)
        {
            if (!_renewals.Remove(group, out renewal))
            {
                return;
            }

            holders = [.. renewal.Holders];
        }

        foreach (var holder in holders)
        {
            holder.OnLost(group, error, notBefore);
        }

        _ = renewal.EndAsync();
    }
}
