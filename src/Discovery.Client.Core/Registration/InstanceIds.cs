using System.Globalization;

namespace Discovery.Client.Registration;

internal static class InstanceIds
{
    /// <summary>
    /// The id of an instance that was given none. The same program at the same address has the same id after a restart: it replaces its own record
    /// instead of leaving a ghost beside it until the lease ends.
    /// </summary>
    public static string Derive(string serviceName, string host, int port)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"-{host}-{port}");
        var room = Math.Max(1, ServiceName.MaxLength - address.Length);
        return Head(serviceName, room) + Head(address, ServiceName.MaxLength - Math.Min(serviceName.Length, room));
    }

    // The service is part of an instance's identity anyway, so that cutting its name here cannot make two ids meet. Never through a surrogate pair.
    private static string Head(string text, int length)
        => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
