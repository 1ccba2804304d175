namespace Discovery.Client;

/// <summary>A registry did not do what it was asked to.</summary>
public class RegistryException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked, of whom, and what came back. Never a secret.</param>
    /// <param name="isTransient">Whether the same attempt may succeed later without anybody changing anything.</param>
    /// <param name="connection">The endpoint concerned when the trouble is the connection's rather than this request's, else null.</param>
    /// <param name="innerException">The cause.</param>
    public RegistryException(string message, bool isTransient = true, string? connection = null, Exception? innerException = null)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        Connection = connection;
    }

    /// <summary>Whether the same attempt may succeed later by itself. The engine retries either way, the other kind at its slowest pace.</summary>
    public bool IsTransient { get; }

    /// <summary>The endpoint that could not be reached or did not answer; null if the registry answered and the request was the trouble.</summary>
    public string? Connection { get; }

    /// <summary>How long the registry asked to wait before the next attempt; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
