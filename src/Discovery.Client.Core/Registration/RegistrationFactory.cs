using System.Collections.Immutable;
using System.Globalization;

namespace Discovery.Client.Registration;

/// <summary>Turns settings into a wish. Pure; errors go to the caller by property, to be read after the property's configuration path.</summary>
internal static class RegistrationFactory
{
    private static readonly TimeSpan MinTimeToLive = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(1);

    /// <summary>The configuration path of an entry of <see cref="DiscoveryClientOptions.Registrations"/>.</summary>
    public static string PathOf(string key) => key.Length == 0 ? "Discovery:Registration" : $"Discovery:Registrations:{key}";

    /// <exception cref="DiscoveryConfigurationException">The settings are wrong.</exception>
    public static ServiceRegistration Create(string key, RegistrationOptions options)
    {
        var errors = new List<string>();
        return TryCreate(options, (property, message) => errors.Add($"{PathOf(key)}:{property} {message}.")) ?? throw new DiscoveryConfigurationException(errors);
    }

    /// <summary>Returns null after at least one error. The signature of <paramref name="addError"/> is that of <see cref="SettingsReader.AddError"/>.</summary>
    public static ServiceRegistration? TryCreate(RegistrationOptions options, Action<string, string> addError)
    {
        var valid = true;
        void Reject(string property, string message)
        {
            valid = false;
            addError(property, message);
        }

        var main = ToEndpoint(nameof(options.Address), options.Address, Reject);
        var endpoints = options.Endpoints.Select(pair => (pair.Key, Value: ToEndpoint($"{nameof(options.Endpoints)}:{pair.Key}", pair.Value, Reject))).ToArray();
        if (options.ServiceName.Length == 0)
        {
            Reject(nameof(options.ServiceName), "is not set: the name of the service is required");
        }

        if (options.TimeToLive < MinTimeToLive || options.TimeToLive > MaxTimeToLive)
        {
            Reject(nameof(options.TimeToLive), $"is {options.TimeToLive:c}, {MinTimeToLive:c} to {MaxTimeToLive:c} is allowed");
        }

        if (!(options.Weight is >= 0 and <= 65535))
        {
            Reject(nameof(options.Weight), string.Create(CultureInfo.InvariantCulture, $"is {options.Weight}, 0 to 65535 is allowed"));
        }

        var name = Checked(nameof(options.ServiceName), options.ServiceName.Length == 0 ? "-" : options.ServiceName, "service name", Reject);
        var id = Checked(nameof(options.InstanceId), options.InstanceId ?? (main is null ? "-" : InstanceIds.Derive(name, main.Host, main.Port)), "instance id", Reject);
        return !valid ? null : new ServiceRegistration
        {
            Instance = new ServiceInstance
            {
                ServiceName = name,
                InstanceId = id,
                Host = main!.Host,
                Port = main.Port,
                Scheme = main.Scheme,
                PathPrefix = main.PathPrefix,
                Endpoints = endpoints.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal),
                Weight = options.Weight,
                Zone = options.Zone,
                Version = options.Version,
                Status = options.Status,
                Metadata = options.Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
            TimeToLive = options.TimeToLive,
            Namespace = options.Namespace,
            Group = options.Group,
        };
    }

    private static string Checked(string property, string value, string what, Action<string, string> reject)
    {
        try
        {
            return ServiceName.Validate(value, what);
        }
        catch (ArgumentException error)
        {
            // The message ends with a full stop and, on a line of its own, the parameter; the one who adds the error closes the sentence.
            reject(property, "is wrong: " + error.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
            return "-";
        }
    }

    private static ServiceEndpoint? ToEndpoint(string property, Uri? address, Action<string, string> reject)
    {
        if (AdvertisedAddress.Reject(address) is { } reason)
        {
            reject(property, reason);
            return null;
        }

        var prefix = address!.AbsolutePath.TrimEnd('/');
        return new ServiceEndpoint(address.IdnHost, address.Port, address.Scheme, prefix.Length == 0 ? null : prefix);
    }
}
