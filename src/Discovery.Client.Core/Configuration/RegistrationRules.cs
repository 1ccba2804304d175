using System.Globalization;
using Discovery.Client.Registration;

namespace Discovery.Client.Configuration;

/// <summary>What holds of the registrations. Pure.</summary>
internal static class RegistrationRules
{
    public const double MaxWeight = 65535;

    public static string PathOf(string path, string key) => key.Length == 0 ? $"{path}:Registration" : $"{path}:Registrations:{key}";

    public static IEnumerable<string> Check(DiscoveryClientOptions options, string path)
        => options.Registrations.SelectMany(registration => Check(registration.Value, PathOf(path, registration.Key)))
            .Concat(Duplicates(options, path));

    private static IEnumerable<string> Check(RegistrationOptions registration, string path)
        => [
            .. CheckName(registration.ServiceName, $"{path}:ServiceName"),
            .. CheckAddress(registration.Address, $"{path}:Address"),
            .. registration.InstanceId is { } id && OptionsRules.RejectName(id, "instance id") is { } reason ? (IEnumerable<string>)[$"{path}:InstanceId is wrong: {reason}."] : [],
            .. DurationSettings.TimeToLive.Check(path, registration),
            .. registration.Weight is >= 0 and <= MaxWeight ? (IEnumerable<string>)[]
                : [string.Create(CultureInfo.InvariantCulture, $"{path}:Weight is {registration.Weight}, a number from 0 to {MaxWeight} is expected.")],
            .. registration.Endpoints.SelectMany(endpoint => CheckAddress(endpoint.Value, $"{path}:Endpoints:{endpoint.Key}")),
        ];

    private static IEnumerable<string> CheckName(string? name, string path)
        => string.IsNullOrEmpty(name) ? [$"{path} is missing: give the name under which others find this program."]
            : OptionsRules.RejectName(name, "service name") is { } reason ? [$"{path} is wrong: {reason}."]
            : [];

    private static IEnumerable<string> CheckAddress(Uri? address, string path) => AdvertisedAddress.Reject(address) is { } reason ? [$"{path} {reason}."] : [];

    private static IEnumerable<string> Duplicates(DiscoveryClientOptions options, string path)
        => options.Registrations.Where(registration => registration.Value.Address is { IsAbsoluteUri: true })
            .GroupBy(registration => (
                Backend: (registration.Value.Backend ?? options.Backend).ToUpperInvariant(),
                registration.Value.ServiceName,
                registration.Value.Namespace,
                registration.Value.Group,
                Instance: registration.Value.InstanceId ?? registration.Value.Address!.Authority))
            .SelectMany(same => same.Skip(1).Select(registration => $"{PathOf(path, registration.Key)} registers the same instance as {PathOf(path, same.First().Key)}."));
}
