using Microsoft.Extensions.Configuration;

namespace Discovery.Client.Configuration;

/// <summary>Where a backend's settings stand and who makes it.</summary>
internal sealed record BackendDefinition(string Name, IRegistryBackendFactory Factory, IConfiguration? Section, string Path, bool IsNamed)
{
    public SettingsReader Read()
    {
        var settings = new SettingsReader(Section, Path);
        if (IsNamed)
        {
            settings.Ignore(BackendCatalog.TypeKey);
        }

        return settings;
    }

    /// <summary>All that is configured, to find out whether it changed.</summary>
    public string Fingerprint()
        => string.Concat((Section?.AsEnumerable(makePathsRelative: true) ?? []).Where(setting => setting.Value is not null).OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
            .Select(setting => $"{setting.Key}\n{setting.Value}\n"));
}
