namespace Discovery.Client.Http;

/// <summary>When a handler that is on all clients takes a host for a service. A handler on one client always does.</summary>
internal enum HostClaim
{
    /// <summary>It is not one.</summary>
    Never,

    /// <summary>It has one label: it is a service unless the URI names a port.</summary>
    UnlessPort,

    /// <summary>The scheme or an endpoint's name says so, or it is declared in configuration.</summary>
    Always,
}
