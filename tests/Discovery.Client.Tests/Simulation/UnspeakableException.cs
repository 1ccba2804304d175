namespace Discovery.Client.Tests.Simulation;

/// <summary>An exception that fails whoever reports it.</summary>
internal sealed class UnspeakableException : RegistryException
{
    public UnspeakableException(string? connection = null)
        : base("", connection: connection)
    {
    }

    public override string Message => throw new InvalidOperationException("an exception's defect");
}
