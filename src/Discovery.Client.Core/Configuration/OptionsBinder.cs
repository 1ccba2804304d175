using Discovery.Client.Registration;

namespace Discovery.Client.Configuration;

/// <summary>Reads section <c>Discovery</c> without reflection. Wrong values become errors of the reader and leave the default.</summary>
internal static class OptionsBinder
{
    public static DiscoveryClientOptions Bind(SettingsReader settings, IEnumerable<string> backendTypes)
    {
        var options = new DiscoveryClientOptions();
        options.Backend = settings.GetString("Backend", options.Backend)!;
        options.Selector = settings.GetString("Selector", options.Selector)!;
        foreach (var duration in DurationSettings.OfClient)
        {
            duration.Read(settings, options);
        }

        options.Selection = SelectionBinder.Bind(settings.GetSection("Selection"), options.Selection);
        options.Requests = RequestsBinder.Bind(settings.GetSection("Requests"), options.Requests);
        foreach (var (name, service) in Sections(settings, "Services"))
        {
            Bind(service, options.Services[name] = new ServiceOptions(), options);
        }

        BindRegistrations(settings.GetSection("Registrations"), settings.Path, options);

        if (settings.GetSection("Registration") is { Section: not null } single)
        {
            Bind(single, options.Registrations[""] = new RegistrationOptions());
        }

        // Backends are read by their factories when they are made.
        string[] types = [.. BackendTypes.Sections.Concat(backendTypes).Distinct(StringComparer.OrdinalIgnoreCase)];
        foreach (var key in types.Append("Backends"))
        {
            settings.Ignore(key);
        }

        settings.RejectUnknownKeys();
        foreach (var type in settings.Keys.Intersect(types, StringComparer.OrdinalIgnoreCase))
        {
            settings.GetSection(type);
        }

        return options;
    }

    private static IEnumerable<(string Key, SettingsReader Settings)> Sections(SettingsReader settings, string key)
        => settings.GetSection(key) is var section ? section.Keys.Select(child => (child, section.GetSection(child))) : [];

    private static void BindRegistrations(SettingsReader registrations, string path, DiscoveryClientOptions options)
    {
        foreach (var key in registrations.Keys)
        {
            if (registrations.Section?.GetSection(key).Value is { Length: > 0 })
            {
                registrations.Ignore(key);
                registrations.AddError(key, $"is one value, a section is expected: each registration under a key of your choice, or the only one under {RegistrationRules.PathOf(path, "")}");
            }
            else
            {
                Bind(registrations.GetSection(key), options.Registrations[key] = new RegistrationOptions());
            }
        }
    }

    private static void Bind(SettingsReader settings, ServiceOptions options, DiscoveryClientOptions defaults)
    {
        options.Name = settings.GetString("Name");
        options.Backend = settings.GetString("Backend");
        options.Selector = settings.GetString("Selector");
        options.Selection = settings.GetSection("Selection") is { Section: not null } selection ? SelectionBinder.Bind(selection, defaults.Selection) : null;
        options.Requests = settings.GetSection("Requests") is { Section: not null } requests ? RequestsBinder.Bind(requests, defaults.Requests) : null;
        options.Namespace = settings.GetString("Namespace");
        options.Group = settings.GetString("Group");
        options.Datacenter = settings.GetString("Datacenter");
        options.HostHeader = settings.GetString("HostHeader", options.HostHeader)!;
        options.FallBackToDns = settings.GetBoolean("FallBackToDns", options.FallBackToDns);
    }

    private static void Bind(SettingsReader settings, RegistrationOptions options)
    {
        options.ServiceName = settings.GetString("ServiceName", options.ServiceName)!;
        options.Address = settings.GetUri("Address");
        options.InstanceId = settings.GetString("InstanceId");
        options.Backend = settings.GetString("Backend");
        DurationSettings.TimeToLive.Read(settings, options);
        options.Weight = settings.GetDouble("Weight", options.Weight, 0, RegistrationRules.MaxWeight);
        options.Zone = settings.GetString("Zone");
        options.Version = settings.GetString("Version");
        options.Status = settings.GetEnum("Status", options.Status);
        options.Namespace = settings.GetString("Namespace");
        options.Group = settings.GetString("Group");
        foreach (var (name, value) in settings.GetMap("Metadata"))
        {
            options.Metadata[name] = value;
        }

        var endpoints = settings.GetSection("Endpoints");
        foreach (var name in endpoints.Keys)
        {
            if (endpoints.GetUri(name) is { } address)
            {
                options.Endpoints[name] = address;
            }
        }
    }
}
