namespace Discovery.Client.Nacos;

/// <summary>What to do about a failure, in words, where the cause is a setting; else nothing.</summary>
internal static class GrpcAdvice
{
    public static string For(string text, Uri address)
        => address.Scheme == Uri.UriSchemeHttp && Has(text, "HTTP/2 handshake") ? " Perhaps the server speaks TLS there: then set GrpcTls, or an endpoint that begins with https."
            : address.Scheme == Uri.UriSchemeHttps && (Has(text, "unexpected EOF") || Has(text, "Cannot determine the frame size") || Has(text, "HTTP/1.1 response")) ? " Perhaps the server does not speak TLS there: then set GrpcTls to false."
            : Has(text, "Connection refused") ? $" Port {address.Port} is the one for gRPC; where only the main port is open, set Transport to Http."
            : "";

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
