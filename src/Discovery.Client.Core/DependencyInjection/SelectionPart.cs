using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class SelectionPart
{
    public static IServiceCollection AddSelectionPart(this IServiceCollection services) => services;
}
