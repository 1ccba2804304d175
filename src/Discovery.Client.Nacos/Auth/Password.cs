namespace Discovery.Client.Nacos;

/// <summary>A secret that stands in the options or in a file.</summary>
internal static class Password
{
    /// <summary>Reads it anew, so that it can rotate.</summary>
    /// <exception cref="RegistryException">The file cannot be read.</exception>
    public static async ValueTask<string> ReadAsync(string? text, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return text ?? "";
        }

        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"The secret for Nacos in '{file}' cannot be read: {error.Message}", innerException: error);
        }
    }
}
