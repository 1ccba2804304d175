namespace Discovery.Client;

/// <summary>The configuration is wrong. The message lists every error, each with its configuration path.</summary>
public sealed class DiscoveryConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="errors">The errors, each beginning with the configuration path it concerns.</param>
    public DiscoveryConfigurationException(IReadOnlyList<string> errors)
        : base("The service discovery configuration is not valid:" + string.Concat(errors.Select(error => Environment.NewLine + "  " + error)))
        => Errors = errors;

    /// <summary>The errors, each beginning with the configuration path it concerns.</summary>
    public IReadOnlyList<string> Errors { get; }
}
