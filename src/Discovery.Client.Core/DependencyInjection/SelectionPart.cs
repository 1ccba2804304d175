using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discovery.Client.DependencyInjection;

internal static class SelectionPart
{
    public static IServiceCollection AddSelectionPart(this IServiceCollection services)
    {
        services.TryAddKeyedSingleton<ISelector, RoundRobinSelector>(SelectorNames.RoundRobin);
        services.TryAddKeyedSingleton<ISelector, RandomSelector>(SelectorNames.Random);
        services.TryAddKeyedSingleton<ISelector, LeastRequestsSelector>(SelectorNames.LeastRequests);
        services.TryAddKeyedSingleton<ISelector, PeakEwmaSelector>(SelectorNames.PeakEwma);
        services.TryAddKeyedSingleton<ISelector, WeightedRoundRobinSelector>(SelectorNames.WeightedRoundRobin);
        services.TryAddKeyedSingleton<ISelector, WeightedRandomSelector>(SelectorNames.WeightedRandom);
        services.TryAddKeyedSingleton<ISelector, ConsistentHashSelector>(SelectorNames.ConsistentHash);
        services.TryAddKeyedSingleton<ISelector, PickFirstSelector>(SelectorNames.PickFirst);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceFilter, PriorityFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceFilter, ZoneFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceFilter, SubsetFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceFilter, SlowStartFilter>());
        services.TryAddSingleton(provider => new SelectorRegistry(provider, services));
        services.TryAddSingleton<PickerFactory>();
        return services;
    }
}
