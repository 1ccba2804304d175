namespace Discovery.Client.Registration;

/// <summary>One instance that this program registers when it has started, section <c>Discovery:Registration</c> or <c>Discovery:Registrations:{key}</c>.</summary>
public sealed class RegistrationOptions
{
    /// <summary>The service.</summary>
    /// <value>Required.</value>
    public string ServiceName { get; set; } = "";

    /// <summary>The address under which others reach the instance: scheme, host, port, and a path prefix if it has one.</summary>
    /// <value>Required.</value>
    public Uri? Address { get; set; }

    /// <summary>The instance's id.</summary>
    /// <value>The default is null: made from service, host and port, so that it stays the same across restarts.</value>
    public string? InstanceId { get; set; }

    /// <summary>The backend.</summary>
    /// <value>The default is null: <see cref="DiscoveryClientOptions.Backend"/>.</value>
    public string? Backend { get; set; }

    /// <summary>How long the registration lives without a renewal.</summary>
    /// <value>The default is 15 seconds; 1 second to 1 day.</value>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Its share of the traffic.</summary>
    /// <value>The default is 1; 0 to 65535.</value>
    public double Weight { get; set; } = 1;

    /// <summary>The zone it runs in.</summary>
    /// <value>The default is null: not said.</value>
    public string? Zone { get; set; }

    /// <summary>The version of the program.</summary>
    /// <value>The default is null: not said.</value>
    public string? Version { get; set; }

    /// <summary>The status it starts with.</summary>
    /// <value>The default is <see cref="ServiceStatus.Up"/>.</value>
    public ServiceStatus Status { get; set; } = ServiceStatus.Up;

    /// <summary>The namespace, in registries that have them.</summary>
    /// <value>The default is null: the backend's.</value>
    public string? Namespace { get; set; }

    /// <summary>The group, in registries that have them.</summary>
    /// <value>The default is null: the backend's.</value>
    public string? Group { get; set; }

    /// <summary>Further addresses by name.</summary>
    public IDictionary<string, Uri> Endpoints { get; } = new Dictionary<string, Uri>(StringComparer.Ordinal);

    /// <summary>Whatever else it says of itself.</summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
