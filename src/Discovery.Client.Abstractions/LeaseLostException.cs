namespace Discovery.Client;

/// <summary>The registry does not know the lease: its registrations are gone and must be made again.</summary>
public class LeaseLostException : RegistryException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What the registry said.</param>
    /// <param name="innerException">The cause.</param>
    public LeaseLostException(string message, Exception? innerException = null)
        : base(message, isTransient: true, connection: null, innerException)
    {
    }
}
