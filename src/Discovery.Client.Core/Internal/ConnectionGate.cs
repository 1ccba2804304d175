using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>Holds all watchers of a connection back while it is down, so that a dead server is asked once per pause and not once per service.</summary>
internal sealed class ConnectionGate(RandomSource random)
{
    public RandomSource Random { get; } = random;
}
