namespace Discovery.Client.Adapters;

/// <summary>A secret that stands in the options or in a file.</summary>
internal static class SecretText
{
    /// <summary>Reads it anew, so that it can rotate.</summary>
    /// <param name="text">What the options say.</param>
    /// <param name="file">A file, which goes before that; null: there is none.</param>
    /// <param name="complaint">What is wrong when the file cannot be read; the reason follows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">The file cannot be read.</exception>
    public static async ValueTask<string> ReadAsync(string? text, string? file, string complaint, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return text ?? "";
        }

        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RegistryException($"{complaint}: {error.Message}", innerException: error);
        }
    }
}
