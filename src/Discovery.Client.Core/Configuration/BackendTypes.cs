namespace Discovery.Client.Configuration;

/// <summary>The backend types there are, as their sections are spelt; the section of one whose package is missing is no typing error.</summary>
internal static class BackendTypes
{
    public static readonly string[] Sections = ["Consul", "Etcd", "Eureka", "Local", "Memory", "Nacos", "Static", "ZooKeeper"];

    public static string? Find(string name) => Array.Find(Sections, section => section.Equals(name, StringComparison.OrdinalIgnoreCase));
}
