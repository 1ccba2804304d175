using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Selection;

/// <summary>The selectors by name: the keyed services of type <see cref="ISelector"/>. Names are compared without regard to case.</summary>
internal sealed class SelectorRegistry
{
    private readonly IServiceProvider _provider;
    private readonly Dictionary<string, string> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="provider">The container.</param>
    /// <param name="services">What it was made from: a container does not tell the keys it has.</param>
    public SelectorRegistry(IServiceProvider provider, IServiceCollection services)
    {
        _provider = provider;
        foreach (var service in services)
        {
            if (service is { IsKeyedService: true, ServiceKey: string key } && service.ServiceType == typeof(ISelector))
            {
                _keys[key] = key;
            }
        }
    }

    public IReadOnlyCollection<string> Names => _keys.Keys;

    /// <summary>Returns the selector, or null if there is none of that name.</summary>
    public ISelector? Find(string name) => _keys.TryGetValue(name, out var key) ? _provider.GetKeyedService<ISelector>(key) : null;

    /// <summary>What is wrong with a name, to be read after the configuration path; null if a selector has it.</summary>
    public string? Reject(string name) => _keys.ContainsKey(name) ? null : $"there is no selector '{name}'{NearestName.Suggest(name, Names)}";
}
