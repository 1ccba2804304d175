namespace Discovery.Client.Consul;

/// <summary>The ACL token: fixed, or from a file that is read again when it changes.</summary>
internal sealed class ConsulToken(ConsulOptions options, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly WatchedFile? _file = options.TokenFile is { } path ? new(path, timeProvider) : null;
    private string? _token = options.TokenFile is null ? options.Token : null;

    /// <exception cref="RegistryException">The file could never be read.</exception>
    public string? Current()
    {
        if (_file is null)
        {
            return _token;
        }

        lock (_lock)
        {
            try
            {
                if (_file.HasChanged() && File.ReadAllText(_file.Path).Trim() is { Length: > 0 } token)
                {
                    _token = token;
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (_token is null)
                {
                    throw new RegistryException($"The Consul token file '{_file.Path}' cannot be read: {error.Message}", innerException: error);
                }
            }

            return _token ?? throw new RegistryException($"The Consul token file '{_file.Path}' does not exist or is empty.");
        }
    }
}
