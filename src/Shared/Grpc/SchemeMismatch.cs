namespace Discovery.Client.Adapters;

/// <summary>What .NET says where one side of a connection speaks TLS and the other does not.</summary>
internal static class SchemeMismatch
{
    /// <summary>Perhaps a server that speaks TLS was spoken to without.</summary>
    public static bool LacksTls(string text) => Has(text, "HTTP/2 handshake");

    /// <summary>Perhaps a server that speaks none was spoken to over TLS.</summary>
    public static bool HasTlsTooMuch(string text) => Has(text, "unexpected EOF") || Has(text, "Cannot determine the frame size") || Has(text, "HTTP/1.1 response");

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
