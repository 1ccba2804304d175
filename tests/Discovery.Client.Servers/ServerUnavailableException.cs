namespace Discovery.Client.Servers;

/// <summary>A real server that a test needs is not on this machine. A test that catches it skips, with this message as the reason.</summary>
public sealed class ServerUnavailableException(string server, string reason, Exception? innerException = null)
    : Exception($"{Prefix}{server}: {reason}", innerException)
{
    /// <summary>How every message begins; <c>.ci/run</c> looks for it among the reasons of skipped tests.</summary>
    public const string Prefix = "Server missing: ";

    /// <summary>The server's name and version, such as <c>Consul 1.8.7</c>.</summary>
    public string Server { get; } = server;

    /// <summary>Why it is missing.</summary>
    public string Reason { get; } = reason;
}
