using Discovery.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Samples;

/// <summary>Makes the backends of type <c>file</c>.</summary>
public sealed class FileRegistryBackendFactory : IRegistryBackendFactory
{
    public string Type => "file";

    public IRegistryBackend Create(RegistryBackendContext context)
    {
        var path = context.Settings.GetString("Path");
        if (!Path.IsPathFullyQualified(path ?? ""))
        {
            context.Settings.AddError("Path", $"is '{path}', the full path of a directory is expected");
        }

        return new FileRegistryBackend(path ?? "", context.TimeProvider);
    }
}

public static class FileRegistryBuilderExtensions
{
    /// <summary>Adds the backend type <c>file</c>.</summary>
    public static IDiscoveryClientBuilder AddFileRegistry(this IDiscoveryClientBuilder builder)
    {
        builder.Services.AddSingleton<IRegistryBackendFactory, FileRegistryBackendFactory>();
        return builder;
    }
}
