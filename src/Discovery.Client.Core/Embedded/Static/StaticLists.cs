using System.Collections.Immutable;

namespace Discovery.Client.Embedded;

/// <summary>The lists as configured, by service.</summary>
internal sealed record StaticLists(ImmutableSortedDictionary<string, ImmutableArray<ServiceInstance>> Services)
{
    private const string Example = "an absolute address like http://host:port is expected";

    /// <summary>Reads <c>Services:{name}</c>: an address, or a list of addresses and of objects. What is wrong is added to the reader's errors and left out.</summary>
    public static StaticLists Read(SettingsReader settings)
    {
        var services = settings.GetSection("Services");
        var lists = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<ServiceInstance>>(StringComparer.Ordinal);
        foreach (var name in services.Keys)
        {
            if (Valid(services, name, name, "service name"))
            {
                lists[name] = ReadService(services, name);
            }
        }

        if (!services.Keys.Any())
        {
            settings.AddError("Services", "is not set: the static backend needs the addresses of at least one service, such as Services:orders:0 = http://10.0.0.5:8080");
        }

        return new(lists.ToImmutable());
    }

    private static ImmutableArray<ServiceInstance> ReadService(SettingsReader services, string name)
    {
        if (services.Section!.GetSection(name).Value is not null)
        {
            return services.GetString(name) is { } single && ReadAddress(services, name, single) is { } only ? [ToInstance(name, only)] : [];
        }

        var list = services.GetSection(name);
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>();
        foreach (var key in list.Keys)
        {
            var instance = list.Section!.GetSection(key).Value is { } text
                ? ReadAddress(list, key, list.GetString(key) ?? text) is { } address ? ToInstance(name, address) : null
                : ReadObject(list.GetSection(key), name);
            if (instance is not null && instances.Any(other => other.InstanceId == instance.InstanceId))
            {
                list.AddError(key, $"has the instance id '{instance.InstanceId}' that another entry has too; set InstanceId");
            }
            else if (instance is not null)
            {
                instances.Add(instance);
            }
        }

        return instances.ToImmutable();
    }

    private static ServiceInstance? ReadObject(SettingsReader entry, string service)
    {
        var id = entry.GetString("InstanceId");
        var weight = entry.GetDouble("Weight", 1, 0, 65535);
        var (zone, version) = (entry.GetString("Zone"), entry.GetString("Version"));
        var status = entry.GetEnum("Status", ServiceStatus.Up);
        var metadata = entry.GetMap("Metadata");
        var endpoints = ReadEndpoints(entry.GetSection("Endpoints"));
        if (entry.GetString("Address") is not { } text)
        {
            entry.AddError("Address", $"is not set, {Example}");
            return null;
        }

        if (ReadAddress(entry, "Address", text) is not { } address || (id is not null && !Valid(entry, "InstanceId", id, "instance id")))
        {
            return null;
        }

        var instance = ToInstance(service, address) with { Weight = weight, Zone = zone, Version = version, Status = status, Metadata = metadata, Endpoints = endpoints };
        return id is null ? instance : instance with { InstanceId = id };
    }

    private static ImmutableSortedDictionary<string, ServiceEndpoint> ReadEndpoints(SettingsReader settings)
    {
        var endpoints = ImmutableSortedDictionary.CreateBuilder<string, ServiceEndpoint>(StringComparer.Ordinal);
        foreach (var name in settings.Keys)
        {
            if (settings.GetString(name) is { } text && ReadAddress(settings, name, text) is { } address)
            {
                endpoints[name] = new(address.IdnHost, address.Port, address.Scheme, PathPrefixOf(address));
            }
        }

        return endpoints.ToImmutable();
    }

    private static Uri? ReadAddress(SettingsReader settings, string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.IdnHost.Length > 0 && address.Port > 0
            && address.Query.Length == 0 && address.Fragment.Length == 0 && address.UserInfo.Length == 0)
        {
            return address;
        }

        settings.AddError(key, $"is '{SettingsReader.Printable(text)}', {Example}");
        return null;
    }

    private static ServiceInstance ToInstance(string service, Uri address) => new()
    {
        ServiceName = service,
        InstanceId = address.Authority + PathPrefixOf(address),
        Host = address.IdnHost,
        Port = address.Port,
        Scheme = address.Scheme,
        PathPrefix = PathPrefixOf(address),
    };

    private static string? PathPrefixOf(Uri address) => address.AbsolutePath.TrimEnd('/') is { Length: > 0 } path ? path : null;

    private static bool Valid(SettingsReader settings, string key, string name, string what)
    {
        try
        {
            ServiceName.Validate(name, what);
            return true;
        }
        catch (ArgumentException exception)
        {
            settings.AddError(key, "is wrong: " + exception.Message);
            return false;
        }
    }
}
