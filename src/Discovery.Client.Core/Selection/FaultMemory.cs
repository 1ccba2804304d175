using System.Collections.Concurrent;

namespace Discovery.Client.Selection;

/// <summary>Remembers what fails for which service, so that it is said once and not for each view.</summary>
internal sealed class FaultMemory
{
    private readonly ConcurrentDictionary<(string Service, object What), bool> _faults = new();

    public bool IsNew(string service, object what) => _faults.TryAdd((service, what), true);

    public void Forget(string service, object what)
    {
        if (!_faults.IsEmpty)
        {
            _faults.TryRemove((service, what), out _);
        }
    }
}
