using System.Diagnostics.CodeAnalysis;
using Discovery.Client;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds load-balancing algorithms and filters of one's own.</summary>
public static class SelectionBuilderExtensions
{
    /// <summary>Adds a selector under a name that configuration can use (<c>Discovery:Selector</c>, <c>Discovery:Services:{name}:Selector</c>). The last one of a name counts, so a built-in one can be replaced.</summary>
    /// <typeparam name="T">The selector; made once, by the container.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, compared without regard to case.</param>
    /// <remarks>The same as <c>services.AddKeyedSingleton&lt;ISelector, T&gt;(name)</c>.</remarks>
    public static IDiscoveryClientBuilder AddSelector<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IDiscoveryClientBuilder builder, string name)
        where T : class, ISelector
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddKeyedSingleton<ISelector, T>(name);
        return builder;
    }

    /// <summary>Adds a selector under a name that configuration can use. The last one of a name counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name, compared without regard to case.</param>
    /// <param name="selector">The selector.</param>
    public static IDiscoveryClientBuilder AddSelector(this IDiscoveryClientBuilder builder, string name, ISelector selector)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddKeyedSingleton(name, selector);
        return builder;
    }

    /// <summary>Adds a filter behind those already added. A type added twice is there once.</summary>
    /// <typeparam name="T">The filter; made once, by the container.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IDiscoveryClientBuilder AddFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IDiscoveryClientBuilder builder)
        where T : class, IServiceFilter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceFilter, T>());
        return builder;
    }

    /// <summary>Adds a filter behind those already added.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="filter">The filter.</param>
    public static IDiscoveryClientBuilder AddFilter(this IDiscoveryClientBuilder builder, IServiceFilter filter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(filter);
        return builder;
    }
}
