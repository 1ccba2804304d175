using Microsoft.Extensions.Logging;

namespace Discovery.Client.Adapters;

/// <summary>The servers of one backend and which of them is asked.</summary>
internal sealed partial class EndpointSet(IReadOnlyList<Uri> endpoints, int first, TimeProvider timeProvider, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Uri[] _endpoints = [.. endpoints.Distinct()];
    private EndpointChoice _choice = EndpointChoice.Start(endpoints.Distinct().Count(), IndexOf(endpoints, first));

    // While none answers, the choice goes round with each attempt; that is no news.
    private int _told = IndexOf(endpoints, first);

    public Uri Current
    {
        get
        {
            lock (_lock)
            {
                return _endpoints[_choice.Current];
            }
        }
    }

    /// <summary>Whether there is one besides the current that has not failed lately.</summary>
    public bool HasOther
    {
        get
        {
            lock (_lock)
            {
                return _choice.HasOther(timeProvider.GetTimestamp());
            }
        }
    }

    /// <summary>What stands before the paths of an endpoint's requests; empty: nothing.</summary>
    public static string Prefix(Uri endpoint) => endpoint.AbsolutePath.TrimEnd('/');

    public void Succeeded(Uri endpoint)
    {
        Uri? before = null;
        lock (_lock)
        {
            var index = Array.IndexOf(_endpoints, endpoint);
            _choice = _choice.Succeeded(index);
            if (index == _choice.Current && index != _told)
            {
                (before, _told) = (_endpoints[_told], index);
            }
        }

        if (before is not null)
        {
            Log.Switched(logger, before, endpoint);
        }
    }

    public void Failed(Uri endpoint)
    {
        lock (_lock)
        {
            _choice = _choice.Failed(Array.IndexOf(_endpoints, endpoint), timeProvider.GetTimestamp(), timeProvider.TimestampFrequency);
        }
    }

    /// <summary>The server asks its client to go, perhaps to a certain one. That is no failure.</summary>
    public void Leave(Uri endpoint, Uri? next)
    {
        lock (_lock)
        {
            var index = next is null ? -1 : Array.IndexOf(_endpoints, next);
            _choice = _choice.Left(Array.IndexOf(_endpoints, endpoint), index < 0 ? null : index, timeProvider.GetTimestamp(), timeProvider.TimestampFrequency);
            _told = _choice.Current;
        }
    }

    public Uri? Find(string host, int port) => _endpoints.FirstOrDefault(endpoint => endpoint.Port == port && string.Equals(endpoint.Host, host, StringComparison.OrdinalIgnoreCase));

    // Two that are the same would share one mark, and the second could never be left.
    private static int IndexOf(IReadOnlyList<Uri> endpoints, int first) => first < endpoints.Count ? Array.IndexOf([.. endpoints.Distinct()], endpoints[first]) : 0;

    private static partial class Log
    {
        [LoggerMessage(902, LogLevel.Warning, "Server {Failed} failed; {Next} answers and is asked from now on.", EventName = "EndpointSwitched")]
        public static partial void Switched(ILogger logger, Uri failed, Uri next);
    }
}
