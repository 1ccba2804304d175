namespace Discovery.Client.Consul;

/// <summary>The ACL token: fixed, or from a file that is read again when it changes.</summary>
internal sealed class ConsulToken(ConsulOptions options, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly WatchedFiles? _file = options.TokenFile is { } path ? new(timeProvider, path) : null;
    private string? _token = options.TokenFile is null ? options.Token : null;
    private string? _failure;

    /// <exception cref="RegistryException">The file never had a token.</exception>
    public string? Current()
    {
        if (_file is null)
        {
            return _token;
        }

        lock (_lock)
        {
            if (_file.TryReadChange(out var texts, out var failure))
            {
                var text = texts?[0].Trim();
                _token = text is { Length: > 0 } ? text : _token;
                _failure = failure ?? "It is empty.";
            }

            return _token ?? throw new RegistryException($"There is no token in the Consul token file '{_file.Path}': {_failure}");
        }
    }
}
