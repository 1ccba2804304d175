using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Discovery.Client.Configuration;

internal sealed class DiscoveryOptionsChangeTokenSource(DiscoverySection section) : IOptionsChangeTokenSource<DiscoveryClientOptions>
{
    private static readonly CancellationChangeToken Never = new(CancellationToken.None);

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => section.Section?.GetReloadToken() ?? Never;
}
