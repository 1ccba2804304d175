using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>A named place for a backend.</summary>
internal sealed class BackendSlot(string name, IRegistryBackend backend, RandomSource random)
{
    private IRegistryBackend _current = backend;

    public string Name { get; } = name;

    public IRegistryBackend Current { get => Volatile.Read(ref _current); set => Volatile.Write(ref _current, value); }

    /// <summary>Shared by all watchers of the backend: a dead server is asked by one of them at a time.</summary>
    public ConnectionGate Gate { get; } = new(random);
}
