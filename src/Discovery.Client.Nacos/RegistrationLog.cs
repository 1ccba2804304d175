using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>What is told of registrations, whatever the transport.</summary>
internal static partial class RegistrationLog
{
    [LoggerMessage(1212, LogLevel.Warning, "This process's registrations for {Service} are not all in the server's list as they were made, although they were made twice: perhaps they were edited or switched off in the console.", EventName = "RegistrationNotListed")]
    public static partial void Hidden(ILogger logger, ServiceKey service);

    [LoggerMessage(1251, LogLevel.Warning, "The instance '{Id}' was not taken out at {Server}, which may go on listing it: {Reason}", EventName = "InstanceNotTakenOut")]
    public static partial void NotTakenOut(ILogger logger, string id, string server, string reason);
}
