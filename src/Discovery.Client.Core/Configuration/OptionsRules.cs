namespace Discovery.Client.Configuration;

/// <summary>What holds of the options wherever they come from. Pure.</summary>
internal static class OptionsRules
{
    private const string MetadataPrefix = "metadata:";

    /// <param name="options">The merged options.</param>
    /// <param name="path">The section's path.</param>
    /// <param name="selectors">The selectors there are.</param>
    public static IEnumerable<string> Check(DiscoveryClientOptions options, string path, IReadOnlyCollection<string> selectors)
        => [
            .. CheckSelector(options.Selector, $"{path}:Selector", selectors),
            .. DurationSettings.OfClient.SelectMany(duration => duration.Check(path, options)),
            .. SelectionRules.Check(options.Selection, $"{path}:Selection"),
            .. RequestsRules.Check(options.Requests, $"{path}:Requests"),
            .. options.Services.SelectMany(service => Check(service.Key, service.Value, $"{path}:Services:{service.Key}", selectors)),
            .. RegistrationRules.Check(options, path),
        ];

    /// <summary>The reason why a name is none, to be read after its path.</summary>
    public static string? RejectName(string name, string what)
    {
        try
        {
            ServiceName.Validate(name, what);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
        }
    }

    private static IEnumerable<string> Check(string key, ServiceOptions service, string path, IReadOnlyCollection<string> selectors)
    {
        if (RejectName(service.Name ?? key, "service name") is { } reason)
        {
            yield return $"{path}{(service.Name is null ? "" : ":Name")} is wrong: {reason}.";
        }

        foreach (var error in service.Selector is null ? [] : CheckSelector(service.Selector, $"{path}:Selector", selectors))
        {
            yield return error;
        }

        foreach (var error in service.Selection is null ? [] : SelectionRules.Check(service.Selection, $"{path}:Selection"))
        {
            yield return error;
        }

        foreach (var error in service.Requests is null ? [] : RequestsRules.Check(service.Requests, $"{path}:Requests"))
        {
            yield return error;
        }

        if (!IsHostHeader(service.HostHeader))
        {
            yield return $"{path}:HostHeader is '{service.HostHeader}'; instance, logical, {MetadataPrefix}KEY or a host name is expected.";
        }
    }

    private static IEnumerable<string> CheckSelector(string selector, string path, IReadOnlyCollection<string> selectors)
        => selectors.Contains(selector, StringComparer.OrdinalIgnoreCase) ? [] : [$"{path} is '{selector}', which is no selector{NearestName.Suggest(selector, selectors)}."];

    private static bool IsHostHeader(string? text)
        => text is not null && (text.StartsWith(MetadataPrefix, StringComparison.Ordinal) ? text.Length > MetadataPrefix.Length
            : Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.UserInfo.Length == 0 && uri.Host.Length > 0);
}
