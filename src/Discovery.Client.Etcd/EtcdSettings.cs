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
        options.Endpoints ??= [];
        if (options.Endpoints.Count == 0)
        {
            settings.AddError("Endpoints", "is empty, at least one address like http://host:port is expected");
        }

        foreach (var (index, endpoint) in options.Endpoints.Index())
        {
            if (Fault(endpoint) is { } fault)
            {
                settings.AddError($"Endpoints:{index}", $"{fault}, http://host:port or https://host:port is expected");
            }
            else if (endpoint.Scheme == Uri.UriSchemeHttp && (options.CaFile is not null || options.ClientCertificateFile is not null))
            {
                settings.AddError($"Endpoints:{index}", $"begins with http, while {(options.CaFile is null ? "ClientCertificateFile" : "CaFile")} is set: it has to begin with https, or what is sent can be read on its way");
            }
        }

        if (string.IsNullOrEmpty(options.KeyPrefix))
        {
            settings.AddError("KeyPrefix", "is empty, a prefix that ends with a slash is expected, such as '/services/'");
        }
        else if (!options.KeyPrefix.EndsWith('/'))
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

    // Never the user information, nor the path, which may be a secret too.
    private static string? Fault(Uri endpoint) => !endpoint.IsAbsoluteUri ? "is a relative address"
        : !Schemes.Contains(endpoint.Scheme) ? $"has the scheme '{endpoint.Scheme}'"
        : endpoint.UserInfo.Length > 0 ? $"is {endpoint.Shown()} with user information, which is set by UserName and Password"
        : endpoint.AbsolutePath != "/" ? $"is {endpoint.Shown()} with a path"
        : endpoint.Query.Length + endpoint.Fragment.Length > 0 ? $"is {endpoint.Shown()} with a query or fragment"
        : null;
}
