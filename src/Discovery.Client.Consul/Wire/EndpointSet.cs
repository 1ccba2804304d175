using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul;

/// <summary>The agents of one backend and which of them is asked.</summary>
internal sealed partial class EndpointSet(IReadOnlyList<Uri> endpoints, int first, TimeProvider timeProvider, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Uri[] _endpoints = [.. endpoints.Select(endpoint => new UriBuilder(endpoint.Scheme, endpoint.Host, endpoint.Port).Uri)];
    private EndpointChoice _choice = EndpointChoice.Start(endpoints.Count, first);

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

    public void Succeeded(Uri endpoint)
    {
        lock (_lock)
        {
            _choice = _choice.Succeeded(Array.IndexOf(_endpoints, endpoint));
        }
    }

    public void Failed(Uri endpoint)
    {
        Uri? next = null;
        lock (_lock)
        {
            var before = _choice.Current;
            _choice = _choice.Failed(Array.IndexOf(_endpoints, endpoint), timeProvider.GetTimestamp(), timeProvider.TimestampFrequency);
            next = _choice.Current != before ? _endpoints[_choice.Current] : null;
        }

        if (next is not null)
        {
            Log.Switched(logger, endpoint, next);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Warning, "Consul agent {Failed} fails; {Next} is asked from now on.", EventName = "EndpointSwitched")]
        public static partial void Switched(ILogger logger, Uri failed, Uri next);
    }
}
