using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Looks for an instance in the server's list. One look at a time. A persistent one is looked for whenever that is asked once it was there, since nothing else tells that it is gone.</summary>
/// <param name="instance">The instance.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="before">The lookout for the registration that this one repeats or replaces.</param>
internal sealed class Lookout(RegisteredInstance instance, TimeProvider timeProvider, Lookout? before)
{
    private readonly Func<TimeSpan> _now = () => timeProvider.GetElapsedTime(0);
    private ReadBack _readBack = ReadBackRule.Registered(before?._readBack ?? default, timeProvider.GetElapsedTime(0));
    private bool _wasThere;

    /// <summary>Whether it is time to look for one whose life other things prove.</summary>
    public bool IsDue => _now() >= _readBack.Due;

    /// <summary>Looks, if it is time.</summary>
    /// <param name="read">Reads the list.</param>
    /// <param name="logger">Where it is told that registering again does not help.</param>
    /// <exception cref="LeaseLostException">It has been missing for long enough.</exception>
    public async ValueTask LookAsync(Func<Task<NacosServiceInfo>> read, ILogger logger)
    {
        if (_now() < _readBack.Due && !_wasThere)
        {
            return;
        }

        var found = (await read().ConfigureAwait(false)).Find(instance.Instance);
        (_readBack, var result) = ReadBackRule.Found(_readBack, found, _now());
        _wasThere = found == Listed.Yes;
        if (result == ReadBackResult.Hidden)
        {
            RegistrationLog.Hidden(logger, instance.Service);
        }

        if (result != ReadBackResult.Fine)
        {
            throw new LeaseLostException($"Nacos does not list {instance.Id} of {instance.Service} any more.");
        }
    }
}
