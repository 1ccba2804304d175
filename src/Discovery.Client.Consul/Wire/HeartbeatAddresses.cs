using System.Net;
using System.Net.Sockets;

namespace Discovery.Client.Consul;

/// <summary>
/// Looks agents' names up with a deadline: a resolver that does not answer blocks its caller for half a minute, and the caller here is the one thread that renews. Each lookup has a
/// thread of its own, since the pool may have none to give; while it lasts, the addresses of the last one are used.
/// </summary>
internal sealed class HeartbeatAddresses(Func<string, IPAddress[]> resolve)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<(IPAddress[]? Found, SocketError Error)>> _running = [];
    private readonly Dictionary<string, IPAddress[]> _last = [];

    /// <exception cref="SocketException">There is no such name, and never was.</exception>
    /// <exception cref="TimeoutException">There is no answer, and never was one.</exception>
    public IReadOnlyList<IPAddress> Of(Uri endpoint, Deadline deadline, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var literal))
        {
            return [literal];
        }

        var (lookup, last) = Start(endpoint.IdnHost);

        // Half of what is left, so that an address known from before can still be tried.
        var patience = last is null ? deadline.RemainingMilliseconds : Math.Max(1, deadline.RemainingMilliseconds / 2);
        return lookup.Wait(patience, cancellationToken) && lookup.Result.Found is { } found ? found
            : last ?? throw (lookup.IsCompleted ? new SocketException((int)lookup.Result.Error) : new TimeoutException($"The name '{endpoint.IdnHost}' was not resolved in time."));
    }

    /// <summary>Starts a lookup, or joins the one that is under way.</summary>
    private (Task<(IPAddress[]? Found, SocketError Error)> Lookup, IPAddress[]? Last) Start(string host)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(host, out var lookup))
            {
                var ended = new TaskCompletionSource<(IPAddress[]? Found, SocketError Error)>(TaskCreationOptions.RunContinuationsAsynchronously);
                _running.Add(host, lookup = ended.Task);
                new Thread(() => ended.SetResult(Run(host))) { IsBackground = true, Name = "Consul heartbeat DNS" }.Start();
            }

            return (lookup, _last.GetValueOrDefault(host));
        }
    }

    private (IPAddress[]? Found, SocketError Error) Run(string host)
    {
        IPAddress[]? found = null;
        var error = SocketError.HostNotFound;
        try
        {
            found = resolve(host);
        }
        catch (Exception failure)
        {
            // Whatever it is: nothing else would catch it on this thread.
            error = (failure as SocketException)?.SocketErrorCode ?? error;
        }

        lock (_lock)
        {
            _running.Remove(host);
            if (found is { Length: > 0 })
            {
                _last[host] = found;
                return (found, SocketError.Success);
            }
        }

        return (null, error);
    }
}
