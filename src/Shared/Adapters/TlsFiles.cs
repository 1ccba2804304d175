namespace Discovery.Client.Adapters;

/// <summary>What an adapter's options say of its certificates.</summary>
/// <param name="CaFile">The PEM file of the authorities trusted; null: the system's store.</param>
/// <param name="CertificateFile">The PEM file of the certificate shown; null: none.</param>
/// <param name="KeyFile">The PEM file of its key; null: the certificate's own file.</param>
/// <param name="KeyPassword">The key's password.</param>
/// <param name="ServerName">The name that certificates are checked against; null: the endpoint's host.</param>
internal sealed record TlsFiles(string? CaFile = null, string? CertificateFile = null, string? KeyFile = null, string? KeyPassword = null, string? ServerName = null)
{
    // A record would print the password.
    public override string ToString() => CertificateFile ?? CaFile ?? "none";
}
