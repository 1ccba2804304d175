namespace Discovery.Client.Nacos;

/// <summary>What to do about a failure, in words, where the cause is a setting; else nothing.</summary>
internal static class GrpcAdvice
{
    public static string For(string text, Uri address, bool isRefused)
        => address.Scheme == Uri.UriSchemeHttp && SchemeMismatch.LacksTls(text) ? " Perhaps the server speaks TLS there: then set GrpcTls, or an endpoint that begins with https."
            : address.Scheme == Uri.UriSchemeHttps && SchemeMismatch.HasTlsTooMuch(text) ? " Perhaps the server does not speak TLS there: then set GrpcTls to false."
            : isRefused ? OfPort(address) : "";

    /// <summary>Where nobody refuses and nobody answers.</summary>
    public static string OfPort(Uri address) => $" Port {address.Port} is the one for gRPC; where only the main port is open, set Transport to Http.";
}
