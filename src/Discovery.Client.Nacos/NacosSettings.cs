namespace Discovery.Client.Nacos;

/// <summary>Reads the options from configuration.</summary>
internal static class NacosSettings
{
    private static readonly string[] Schemes = ["http", "https"];

    private static readonly TimeSpan LeastPoll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestPoll = TimeSpan.FromHours(1);

    public static NacosOptions Read(SettingsReader settings)
    {
        var defaults = new NacosOptions();
        return new NacosOptions
        {
            Endpoints = [.. settings.GetUris("Endpoints", [.. defaults.Endpoints], Schemes)],
            Transport = settings.GetEnum("Transport", defaults.Transport),
            Namespace = settings.GetString("Namespace", defaults.Namespace)!,
            Group = settings.GetString("Group", defaults.Group)!,
            Cluster = settings.GetString("Cluster", defaults.Cluster)!,
            ReadClusters = [.. settings.GetStrings("ReadClusters") ?? []],
            Ephemeral = settings.GetBoolean("Ephemeral", defaults.Ephemeral),
            UserName = settings.GetString("UserName"),
            Password = settings.GetString("Password"),
            PasswordFile = settings.GetString("PasswordFile"),
            AccessKey = settings.GetString("AccessKey"),
            SecretKey = settings.GetString("SecretKey"),
            SecretKeyFile = settings.GetString("SecretKeyFile"),
            RequestTimeout = settings.GetDuration("RequestTimeout", defaults.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
            PollInterval = settings.GetString("PollInterval") is null ? null : settings.GetDuration("PollInterval", TimeSpan.FromSeconds(10), LeastPoll, LongestPoll),
            NamesInterval = settings.GetDuration("NamesInterval", defaults.NamesInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            GrpcPortOffset = settings.GetInt32("GrpcPortOffset", defaults.GrpcPortOffset, -65534, 65534),
            GrpcTls = settings.GetString("GrpcTls") is null ? null : settings.GetBoolean("GrpcTls", false),
            ContextPath = settings.GetString("ContextPath", defaults.ContextPath)!,
            CaFile = settings.GetString("CaFile"),
            ClientCertificateFile = settings.GetString("ClientCertificateFile"),
            ClientKeyFile = settings.GetString("ClientKeyFile"),
            ClientKeyPassword = settings.GetString("ClientKeyPassword"),
            ServerName = settings.GetString("ServerName"),
        };
    }

    /// <summary>Checks what code may have set past the reader's rules, and what belongs together.</summary>
    public static void Validate(NacosOptions options, SettingsReader settings)
    {
        if (options.Endpoints.Count == 0)
        {
            settings.AddError("Endpoints", "is empty, at least one address like http://host:port is expected");
        }

        foreach (var endpoint in options.Endpoints.Where(endpoint => !IsPlain(endpoint)))
        {
            settings.AddError("Endpoints", $"has {(endpoint.IsAbsoluteUri ? endpoint.Scheme + "://" + endpoint.Host : "a relative address")}, http://host:port or https://host:port is expected, without user information, path (that is ContextPath), query and fragment");
        }

        foreach (var endpoint in options.Endpoints.Where(endpoint => options.Transport == NacosTransport.Grpc && IsPlain(endpoint) && endpoint.Port + options.GrpcPortOffset is < 1 or > 65535))
        {
            settings.AddError("GrpcPortOffset", $"makes port {endpoint.Port + options.GrpcPortOffset} of {endpoint}, which is none");
        }

        RequireName(options.Namespace, "Namespace", settings);
        RequireName(options.Group, "Group", settings);
        RequireName(options.Cluster, "Cluster", settings);
        if (options.ContextPath.Length > 0 && (options.ContextPath[0] != '/' || options.ContextPath[^1] == '/' && options.ContextPath.Length > 1))
        {
            settings.AddError("ContextPath", $"is '{options.ContextPath}', a path with leading and without trailing slash is expected, such as /nacos; / where there is none");
        }

        if (options.RequestTimeout <= TimeSpan.Zero)
        {
            settings.AddError("RequestTimeout", "must be positive");
        }

        if (options.PollInterval is { } poll && (poll < LeastPoll || poll > LongestPoll))
        {
            settings.AddError("PollInterval", "must be 100 milliseconds to 1 hour");
        }

        if (options.NamesInterval < TimeSpan.FromSeconds(1))
        {
            settings.AddError("NamesInterval", "must be at least 1 second");
        }

        RequireWith(options.Password ?? options.PasswordFile, options.UserName, options.Password is null ? "PasswordFile" : "Password", "UserName", settings);
        RequireWith(options.UserName, options.Password ?? options.PasswordFile, "UserName", "Password or PasswordFile", settings);
        RequireWith(options.SecretKey ?? options.SecretKeyFile, options.AccessKey, options.SecretKey is null ? "SecretKeyFile" : "SecretKey", "AccessKey", settings);
        RequireWith(options.AccessKey, options.SecretKey ?? options.SecretKeyFile, "AccessKey", "SecretKey or SecretKeyFile", settings);
        RequireWith(options.ClientKeyFile, options.ClientCertificateFile, "ClientKeyFile", "ClientCertificateFile", settings);
    }

    private static bool IsPlain(Uri endpoint)
        => endpoint.IsAbsoluteUri && Schemes.Contains(endpoint.Scheme) && endpoint.AbsolutePath == "/" && endpoint.UserInfo.Length + endpoint.Query.Length + endpoint.Fragment.Length == 0;

    private static void RequireName(string name, string key, SettingsReader settings)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Any(char.IsWhiteSpace) || name.Contains("@@", StringComparison.Ordinal))
        {
            settings.AddError(key, $"is '{name}', a name without white space and @@ is expected");
        }
    }

    private static void RequireWith(string? value, string? other, string key, string otherKey, SettingsReader settings)
    {
        if (value is not null && other is null)
        {
            settings.AddError(key, $"is set without {otherKey}");
        }
    }
}
