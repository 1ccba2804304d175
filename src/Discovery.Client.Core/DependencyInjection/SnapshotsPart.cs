using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class SnapshotsPart
{
    public static IServiceCollection AddSnapshotsPart(this IServiceCollection services) => services;
}
