using Grpc.Core;

namespace Discovery.Client.Nacos;

/// <summary>What a failure over gRPC means.</summary>
internal enum GrpcError
{
    /// <summary>None.</summary>
    None,

    /// <summary>The server refuses this request whenever it is sent.</summary>
    Refused,

    /// <summary>The request may succeed later, on this connection too.</summary>
    Transient,

    /// <summary>The connection is none (any more): another one has to be made, and everything on it made again.</summary>
    ConnectionGone,

    /// <summary>The server does not serve yet: another one may.</summary>
    Starting,

    /// <summary>Who asks is unknown, or may not do it.</summary>
    Forbidden,
}

/// <summary>Sorts what servers answer. Neither code alone tells: refused requests come with result 500 and error 400, with 400 and 400, and lost connections with −401 and −401.</summary>
internal static class GrpcErrors
{
    public static GrpcError Sort(int resultCode, int errorCode) => resultCode == 200 ? GrpcError.None : errorCode switch
    {
        300 => GrpcError.Starting,
        301 or -401 => GrpcError.ConnectionGone,
        _ when resultCode is 301 or -401 => GrpcError.ConnectionGone,
        401 or 403 => GrpcError.Forbidden,
        400 or 302 => GrpcError.Refused,
        _ when resultCode is 400 => GrpcError.Refused,
        _ => GrpcError.Transient,
    };

    /// <summary>What gRPC itself says, without an answer. One call that breaks off is no end of the connection, with which all that is registered would go: that it is over is seen at its stream, its next dial and its health.</summary>
    public static GrpcError Sort(StatusCode status, string detail) => status switch
    {
        StatusCode.Unimplemented => GrpcError.Refused,
        StatusCode.ResourceExhausted => detail.Contains("ENHANCE_YOUR_CALM", StringComparison.Ordinal) ? GrpcError.ConnectionGone : GrpcError.Refused,
        StatusCode.Unavailable => GrpcError.ConnectionGone,
        _ => GrpcError.Transient,
    };
}
