using Discovery.Client.Internal;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Configuration;

/// <summary>The backends as the engine sees them. Whoever needs one gets the whole configuration checked first.</summary>
internal sealed class BackendSource(IOptions<DiscoveryClientOptions> options, BackendStore store) : IBackendSource
{
    public string DefaultName { get; } = options.Value.Backend;

    public BackendSlot Get(string name) => store.Get(name);
}
