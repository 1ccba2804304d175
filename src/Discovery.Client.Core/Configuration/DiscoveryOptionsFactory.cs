using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Configuration;

/// <summary>
/// Makes the options: defaults, then configuration, then code; then checks the result. The first time everything wrong is thrown in one exception, wrong backend sections included,
/// so that whoever reads the options first sees it all. Later the last good options stay.
/// </summary>
internal sealed partial class DiscoveryOptionsFactory(
    DiscoverySection section,
    BackendCatalog catalog,
    BackendStore backends,
    SelectorRegistry selectors,
    IEnumerable<IConfigureOptions<DiscoveryClientOptions>> configures,
    IEnumerable<IPostConfigureOptions<DiscoveryClientOptions>> postConfigures,
    IEnumerable<IValidateOptions<DiscoveryClientOptions>> validators,
    ILogger<DiscoveryOptionsFactory> logger) : IOptionsFactory<DiscoveryClientOptions>
{
    private readonly Lock _lock = new();

    private DiscoveryClientOptions? _current;

    private string _rejected = "";

    private string _refused = "";

    public DiscoveryClientOptions Create(string name)
    {
        lock (_lock)
        {
            if (_current is null)
            {
                var first = Build(name, out var errors);
                _current = errors.Count == 0 ? first : throw new DiscoveryConfigurationException(errors);
                ReportForgotten();
                return _current;
            }

            if (Rebuild(name) is { } next)
            {
                ReportRefused([.. BackendsAreFixed.Keep(next, _current, section.Path), .. backends.Changed()]);
                _current = next;
            }

            return _current;
        }
    }

    private DiscoveryClientOptions? Rebuild(string name)
    {
        IReadOnlyList<string> errors;
        DiscoveryClientOptions? options = null;
        try
        {
            options = Build(name, out errors);
        }
        catch (Exception e)
        {
            // Thrown here it would reach whoever triggered the reload: a file watcher's thread.
            errors = [e.Message];
        }

        ReportRejected(string.Join(' ', errors));
        return errors.Count == 0 ? options : null;
    }

    private DiscoveryClientOptions Build(string name, out IReadOnlyList<string> errors)
    {
        var settings = section.Read();
        var options = OptionsBinder.Bind(settings, catalog.Types);
        foreach (var configure in configures)
        {
            if (configure is IConfigureNamedOptions<DiscoveryClientOptions> named)
            {
                named.Configure(name, options);
            }
            else
            {
                configure.Configure(options);
            }
        }

        foreach (var postConfigure in postConfigures)
        {
            postConfigure.PostConfigure(name, options);
        }

        errors =
        [
            .. settings.Errors,
            .. OptionsRules.Check(options, section.Path, selectors.Names),
            .. catalog.Check(),
            .. backends.Prepare(BackendUse.Of(options, section.Path)).Distinct(),
            .. backends.CheckRegistering(options, section.Path),
            .. validators.SelectMany(validator => validator.Validate(name, options) is { Failed: true } result ? result.Failures : []),
        ];
        errors = [.. FirstCauses.Of(errors)];
        return options;
    }

    private void ReportForgotten()
    {
        foreach (var section in BackendTypes.Forgotten(catalog.Types, AdapterPackages.OfProgram))
        {
            Log.NotAdded(logger, section.ToLowerInvariant(), section);
        }
    }

    // Every scope that asks for a snapshot comes by here, and file watchers fire twice: only what is new is said.
    private void ReportRejected(string errors)
    {
        if (errors != _rejected)
        {
            _rejected = errors;
            if (errors.Length > 0)
            {
                Log.Rejected(logger, errors);
            }
            else
            {
                Log.ValidAgain(logger);
            }
        }
    }

    private void ReportRefused(string[] paths)
    {
        var refused = string.Join(", ", paths);
        if (refused != _refused)
        {
            _refused = refused;
            if (refused.Length > 0)
            {
                Log.Refused(logger, refused);
            }
        }
    }
}
