using Microsoft.Extensions.Configuration;

namespace Discovery.Client.Configuration;

/// <summary>The configuration section of the SDK; without one, defaults hold.</summary>
internal sealed class DiscoverySection(IConfiguration? section)
{
    public const string Name = "Discovery";

    public static readonly DiscoverySection None = new(null);

    public IConfiguration? Section { get; } = section;

    public string Path { get; } = (section as IConfigurationSection)?.Path ?? Name;

    /// <summary>A root has the section under its name; a section is it, whatever it is called, unless it has one of that name itself.</summary>
    public static DiscoverySection Of(IConfiguration configuration)
    {
        var child = configuration.GetSection(Name);
        return new DiscoverySection(configuration is not IConfigurationSection || child.Value is not null || child.GetChildren().Any() ? child : configuration);
    }

    public SettingsReader Read()
    {
        var settings = new SettingsReader(Section, Path);
        if (Section is IConfigurationSection { Value: { Length: > 0 } value })
        {
            settings.AddError("", $"is '{value}', a section is expected");
        }

        return settings;
    }
}
