using Discovery.Client.Selection;

namespace Discovery.Client;

/// <summary>The settings of one service that the program calls, section <c>Discovery:Services:{name}</c>.</summary>
public sealed class ServiceOptions
{
    /// <summary>The name in the registry, where it differs from the one the program uses.</summary>
    /// <value>The default is null: the same.</value>
    public string? Name { get; set; }

    /// <summary>The backend that lists it.</summary>
    /// <value>The default is null: <see cref="DiscoveryClientOptions.Backend"/>.</value>
    public string? Backend { get; set; }

    /// <summary>The selector.</summary>
    /// <value>The default is null: <see cref="DiscoveryClientOptions.Selector"/>.</value>
    public string? Selector { get; set; }

    /// <summary>How instances are chosen, beside the selector's name.</summary>
    /// <value>The default is null: <see cref="DiscoveryClientOptions.Selection"/>.</value>
    public SelectionOptions? Selection { get; set; }

    /// <summary>Further attempts and hedging.</summary>
    /// <value>The default is null: <see cref="DiscoveryClientOptions.Requests"/>.</value>
    public RequestOptions? Requests { get; set; }

    /// <summary>The namespace, in registries that have them.</summary>
    /// <value>The default is null: the backend's.</value>
    public string? Namespace { get; set; }

    /// <summary>The group, in registries that have them.</summary>
    /// <value>The default is null: the backend's.</value>
    public string? Group { get; set; }

    /// <summary>The datacenter, in registries that have them.</summary>
    /// <value>The default is null: the backend's.</value>
    public string? Datacenter { get; set; }

    /// <summary>
    /// The Host header of requests: <c>instance</c> (the instance's own address), <c>logical</c> (the name in the request), <c>metadata:KEY</c> (what the instance says under that
    /// metadata key, its own address if it says nothing), or a fixed host name. A Host header that the caller set stays.
    /// </summary>
    /// <value>The default is <c>instance</c>.</value>
    public string HostHeader { get; set; } = "instance";

    /// <summary>Whether a request goes to the name as it is (DNS) when the service has no instance.</summary>
    /// <value>The default is false: it fails.</value>
    public bool FallBackToDns { get; set; }
}
