namespace Discovery.Client.Consul;

/// <summary>Reads the options from configuration.</summary>
internal static class ConsulSettings
{
    private static readonly string[] Schemes = ["http", "https"];

    public static ConsulOptions Read(SettingsReader settings)
    {
        var defaults = new ConsulOptions();
        return new ConsulOptions
        {
            Endpoints = [.. settings.GetUris("Endpoints", [.. defaults.Endpoints], Schemes)],
            Token = settings.GetString("Token"),
            TokenFile = settings.GetString("TokenFile"),
            Datacenter = settings.GetString("Datacenter"),
            Tags = [.. settings.GetStrings("Tags") ?? []],
            WaitTime = settings.GetDuration("WaitTime", defaults.WaitTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
            MaxConcurrentQueries = settings.GetInt32("MaxConcurrentQueries", defaults.MaxConcurrentQueries, 1, 1000),
            TurnCycle = settings.GetDuration("TurnCycle", defaults.TurnCycle, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Streaming = settings.GetBoolean("Streaming", defaults.Streaming),
            RequestTimeout = settings.GetDuration("RequestTimeout", defaults.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            DeregisterCriticalServiceAfter = settings.GetDuration(
                "DeregisterCriticalServiceAfter", defaults.DeregisterCriticalServiceAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
            CaFile = settings.GetString("CaFile"),
            ClientCertificateFile = settings.GetString("ClientCertificateFile"),
            ClientKeyFile = settings.GetString("ClientKeyFile"),
            ClientKeyPassword = settings.GetString("ClientKeyPassword"),
            ServerName = settings.GetString("ServerName"),
        };
    }

    /// <summary>Checks what code may have set past the reader's rules.</summary>
    public static void Validate(ConsulOptions options, SettingsReader settings)
    {
        if (options.Endpoints.Count == 0)
        {
            settings.AddError("Endpoints", "is empty, at least one address like http://host:port is expected");
        }

        foreach (var endpoint in options.Endpoints.Where(endpoint => !endpoint.IsAbsoluteUri || !Schemes.Contains(endpoint.Scheme) || endpoint.UserInfo.Length + endpoint.Query.Length + endpoint.Fragment.Length > 0))
        {
            settings.AddError("Endpoints", $"has {(endpoint.IsAbsoluteUri ? endpoint.Scheme + "://" + endpoint.Host : "a relative address")}, http://host:port or https://host:port, perhaps with a path, is expected, without user information, query and fragment");
        }

        if (options.WaitTime < TimeSpan.FromSeconds(1) || options.WaitTime > TimeSpan.FromSeconds(60))
        {
            settings.AddError("WaitTime", "must be from 1 to 60 seconds");
        }

        if (options.MaxConcurrentQueries is < 1 or > 1000)
        {
            settings.AddError("MaxConcurrentQueries", "must be from 1 to 1000");
        }

        if (options.TurnCycle <= TimeSpan.Zero)
        {
            settings.AddError("TurnCycle", "must be positive");
        }

        if (options.RequestTimeout <= TimeSpan.Zero)
        {
            settings.AddError("RequestTimeout", "must be positive");
        }

        if (options.ClientKeyFile is not null && options.ClientCertificateFile is null)
        {
            settings.AddError("ClientKeyFile", "is set without ClientCertificateFile");
        }
    }
}
