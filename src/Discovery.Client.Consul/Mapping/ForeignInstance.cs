using System.Collections.Immutable;
using System.Globalization;

namespace Discovery.Client.Consul;

/// <summary>Reads what other frameworks write: Spring's <c>secure</c>, Kratos's tagged addresses, pairs as tags (Kitex, Kratos), packed tags (go-micro). Pure.</summary>
internal static class ForeignInstance
{
    public static ServiceInstance Read(ServiceInstance instance, HealthEntry.ServicePart service, IReadOnlyDictionary<string, string> meta)
    {
        var metadata = new Dictionary<string, string>(meta, StringComparer.Ordinal);
        var plain = new List<string>();
        string? version = null;
        foreach (var tag in service.Tags ?? [])
        {
            if (GoMicroTag.TryReadVersion(tag) is { } packed)
            {
                version = packed;
            }
            else if (!GoMicroTag.TryAddMetadata(tag, metadata) && !TryAddPair(tag, metadata))
            {
                plain.Add(tag);
            }
        }

        if (plain.Count > 0)
        {
            metadata.TryAdd(MetaNames.Tags, string.Join(',', plain));
        }

        var endpoints = TaggedEndpoints(service.TaggedAddresses);
        return instance with
        {
            Version = version ?? metadata.GetValueOrDefault(MetaNames.Version),
            Zone = metadata.GetValueOrDefault(MetaNames.Zone),
            Scheme = metadata.GetValueOrDefault(MetaNames.Secure) switch
            {
                "true" => "https",
                "false" => "http",
                _ => endpoints.Values.FirstOrDefault(endpoint => endpoint.Host == instance.Host && endpoint.Port == instance.Port)?.Scheme,
            },
            Weight = Weight(service.Weights, metadata),
            Endpoints = endpoints,
            Metadata = metadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    private static bool TryAddPair(string tag, Dictionary<string, string> metadata)
    {
        var at = tag.AsSpan().IndexOfAny('=', ':');
        return at > 0 && metadata.TryAdd(tag[..at], tag[(at + 1)..]);
    }

    /// <summary>Kratos has no use for Consul's weights and keeps its own as metadata, where Consul then has its default.</summary>
    private static double Weight(WeightsPart? weights, Dictionary<string, string> metadata)
        => (weights?.Passing ?? 1) is var passing and not 1 ? Math.Max(0, passing)
            : metadata.TryGetValue("weight", out var text) && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight) ? weight
            : 1;

    private static ImmutableSortedDictionary<string, ServiceEndpoint> TaggedEndpoints(Dictionary<string, TaggedAddress>? addresses)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<string, ServiceEndpoint>(StringComparer.Ordinal);
        foreach (var (name, value) in addresses ?? [])
        {
            if (name is "lan_ipv4" or "lan_ipv6" or "wan_ipv4" or "wan_ipv6" || string.IsNullOrEmpty(value?.Address))
            {
                continue;
            }

            if (value.Address.Contains("://", StringComparison.Ordinal))
            {
                if (Uri.TryCreate(value.Address, UriKind.Absolute, out var uri) && uri.Port > 0 && uri.Host.Length > 0)
                {
                    result[name] = new(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host[1..^1] : uri.Host, uri.Port, uri.Scheme);
                }
            }
            else if (value.Port is >= 1 and <= 65535)
            {
                result[name] = new(value.Address, value.Port);
            }
        }

        return result.ToImmutable();
    }
}
