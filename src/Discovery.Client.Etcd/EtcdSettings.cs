namespace Discovery.Client.Etcd;

/// <summary>Reads the options from configuration.</summary>
internal static class EtcdSettings
{
    private static readonly string[] Schemes = ["http", "https"];

    private static readonly TimeSpan LeastPing = TimeSpan.FromSeconds(5);

    public static EtcdOptions Read(SettingsReader settings)
    {
        var defaults = new EtcdOptions();
        return new EtcdOptions
        {
            Endpoints = [.. settings.GetUris("Endpoints", [.. defaults.Endpoints], Schemes)],
            KeyPrefix = settings.GetString("KeyPrefix", defaults.KeyPrefix)!,
            UserName = settings.GetString("UserName"),
            Password = settings.GetString("Password"),
            PasswordFile = settings.GetString("PasswordFile"),
            TokenLifetime = settings.GetDuration("TokenLifetime", defaults.TokenLifetime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)),
            RequestTimeout = settings.GetDuration("RequestTimeout", defaults.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            PingInterval = settings.GetDuration("PingInterval", defaults.PingInterval, LeastPing, TimeSpan.FromMinutes(5)),
            CaFile = settings.GetString("CaFile"),
            ClientCertificateFile = settings.GetString("ClientCertificateFile"),
            ClientKeyFile = settings.GetString("ClientKeyFile"),
            ClientKeyPassword = settings.GetString("ClientKeyPassword"),
            ServerName = settings.GetString("ServerName"),
        };
    }

    /// <summary>Checks what code may have set past the reader's rules.</summary>
    public static void Validate(EtcdOptions options, SettingsReader settings)
    {
        if (options.Endpoints.Count == 0)
        {
            settings.AddError("Endpoints", "is empty, at least one address like http://host:port is expected");
        }

        foreach (var endpoint in options.Endpoints.Where(endpoint => !IsPlain(endpoint)))
        {
            settings.AddError("Endpoints", $"has {(endpoint.IsAbsoluteUri ? endpoint.Scheme + "://" + endpoint.Host : "a relative address")}, http://host:port or https://host:port is expected, without user information, path, query and fragment");
        }

        if (!options.KeyPrefix.EndsWith('/'))
        {
            settings.AddError("KeyPrefix", $"is '{options.KeyPrefix}', a prefix that ends with a slash is expected, such as '{options.KeyPrefix}/'");
        }

        if (options.RequestTimeout <= TimeSpan.Zero)
        {
            settings.AddError("RequestTimeout", "must be positive");
        }

        if (options.PingInterval < LeastPing)
        {
            settings.AddError("PingInterval", "must be at least 5 seconds: etcd closes connections that are pinged more often");
        }

        if (options.TokenLifetime <= TimeSpan.Zero)
        {
            settings.AddError("TokenLifetime", "must be positive");
        }

        if (options.UserName is null && (options.Password ?? options.PasswordFile) is not null)
        {
            settings.AddError(options.Password is null ? "PasswordFile" : "Password", "is set without UserName");
        }

        if (options.UserName is not null && options.Password is null && options.PasswordFile is null)
        {
            settings.AddError("UserName", "is set without Password or PasswordFile");
        }

        if (options.ClientKeyFile is not null && options.ClientCertificateFile is null)
        {
            settings.AddError("ClientKeyFile", "is set without ClientCertificateFile");
        }
    }

    private static bool IsPlain(Uri endpoint)
        => endpoint.IsAbsoluteUri && Schemes.Contains(endpoint.Scheme) && endpoint.AbsolutePath == "/" && endpoint.UserInfo.Length + endpoint.Query.Length + endpoint.Fragment.Length == 0;
}
