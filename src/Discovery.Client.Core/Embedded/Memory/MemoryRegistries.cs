using System.Collections.Concurrent;

namespace Discovery.Client.Embedded;

/// <summary>The memory registries of a container by the names of their backends. Put the same object into two containers and they share them.</summary>
internal sealed class MemoryRegistries
{
    private readonly ConcurrentDictionary<string, MemoryRegistry> _registries = new(StringComparer.OrdinalIgnoreCase);

    public MemoryRegistry Get(string name, TimeProvider timeProvider) => _registries.GetOrAdd(name, static (_, clock) => new MemoryRegistry(clock), timeProvider);
}
