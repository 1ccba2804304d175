namespace Discovery.Client.Configuration;

/// <summary>The backend types there are, as their sections are spelt; the section of one whose package is missing is no typing error.</summary>
internal static class BackendTypes
{
    public static readonly string[] Sections = ["Consul", "Etcd", "Eureka", "Local", "Memory", "Nacos", "Static", "ZooKeeper"];

    private static readonly string[] Embedded = ["Local", "Memory", "Static"];

    // Sending somebody to a package that is not there yet would make them install whatever else has its name.
    private static readonly string[] Packaged = ["Consul", "Etcd", "Nacos"];

    public static string? Find(string name) => Array.Find(Sections, section => section.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Why no factory makes backends of a type, to be read after its name.</summary>
    /// <param name="section">The type, as its section is spelt.</param>
    /// <param name="added">The types that there are factories for.</param>
    /// <param name="packages">The packages that the program has.</param>
    public static string WhyMissing(string section, IEnumerable<string> added, AdapterPackages packages)
        => !Packaged.Contains(section) ? $"which is planned and not part of this version (known are {string.Join(", ", Usable(added))})"
            : packages.Has(section) switch
            {
                true => $"whose package is referenced but not added: call AddServiceDiscovery(), or AddDiscoveryClient().Add{section}()",
                false => $"whose package is not referenced: reference Discovery.Client and call AddServiceDiscovery(), or Discovery.Client.{section} and call AddDiscoveryClient().Add{section}()",
                null => $"which is not added: call AddServiceDiscovery() of package Discovery.Client, or AddDiscoveryClient().Add{section}() of package Discovery.Client.{section}",
            };

    /// <summary>The types whose packages the program has although only embedded backends were added: a call was forgotten, perhaps.</summary>
    public static IEnumerable<string> Forgotten(IEnumerable<string> added, AdapterPackages packages)
        => added.Except(Embedded, StringComparer.OrdinalIgnoreCase).Any() ? [] : Packaged.Where(section => packages.Has(section) == true);

    private static IEnumerable<string> Usable(IEnumerable<string> added)
        => added.Concat(Packaged.Select(section => section.ToLowerInvariant())).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);
}
