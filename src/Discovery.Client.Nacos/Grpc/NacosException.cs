namespace Discovery.Client.Nacos;

/// <summary>A failure over gRPC, sorted.</summary>
internal sealed class NacosException(string message, GrpcError sort, string? connection = null, Exception? innerException = null)
    : RegistryException(message, sort is not (GrpcError.Refused or GrpcError.Forbidden), connection, innerException)
{
    public GrpcError Sort { get; } = sort;

    /// <summary>Whether the server may have done what it was asked.</summary>
    public bool IsUncertain { get; init; }
}
