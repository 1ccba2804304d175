using Discovery.Client.Servers;

namespace Discovery.Client.Adapters.Tests;

/// <summary>One server of each kind, started when a test first asks for it. Tests that share them leave them running and use service names of their own.</summary>
public abstract class SharedServers(Func<string, ServerKind> kindOf, params IReadOnlyList<string> names) : IAsyncDisposable
{
    private readonly Dictionary<string, Lazy<Task<ServerNode>>> _nodes = names.ToDictionary(name => name, name => new Lazy<Task<ServerNode>>(() => ServerNode.StartAsync(kindOf(name))));

    /// <summary>The server; a missing one skips the test.</summary>
    public Task<ServerNode> NodeAsync(string name) => Missing.Skips(_nodes[name].Value);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var node in _nodes.Values.Where(node => node is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            await (await node.Value).DisposeAsync();
        }
    }
}
