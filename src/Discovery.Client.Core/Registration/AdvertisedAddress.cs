using System.Net;

namespace Discovery.Client.Registration;

/// <summary>Which addresses may stand in a registry. Pure.</summary>
internal static class AdvertisedAddress
{
    /// <summary>Why the address cannot be registered, to be read after its configuration path; null if it can.</summary>
    public static string? Reject(Uri? address)
        => address switch
        {
            null => "is missing: give the address under which others reach this program, like http://10.0.0.5:8080",
            { IsAbsoluteUri: false } => $"is '{SettingsReader.Printable(address.OriginalString)}', an absolute address like http://10.0.0.5:8080 is expected",
            { UserInfo.Length: > 0 } => "has user information, which cannot be registered",
            { Query.Length: > 0 } or { Fragment.Length: > 0 } => $"is '{address.OriginalString}', which has a query or a fragment: only scheme, host, port and path are registered",
            _ => Reject(address.IdnHost, address.Port) is { } reason ? $"is '{address.OriginalString}': {reason}" : null,
        };

    /// <summary>Why others cannot reach this host and port; null if they may.</summary>
    public static string? Reject(string host, int port)
    {
        if (host.Length == 0)
        {
            return "the host is missing";
        }

        if (host is "*" or "+" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IsAny(ip)))
        {
            return $"'{host}' stands for every interface to listen on; others need a host they can connect to";
        }

        return port is > 0 and <= 65535 ? null : port == 0 ? "port 0 stands for any free one; others need the port it became" : $"a port from 1 to 65535 is needed, there is {(port < 0 ? "none" : port)}";
    }

    /// <summary>Whether only programs of the same machine reach it.</summary>
    public static bool IsLoopback(string host)
        => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    private static bool IsAny(IPAddress ip)
        => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) || (ip.IsIPv4MappedToIPv6 && ip.MapToIPv4().Equals(IPAddress.Any));
}
