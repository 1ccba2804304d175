using Discovery.Client.Internal;
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
    private readonly QuietLogger _logger = new(logger);

    private readonly Lock _lock = new();

    private DiscoveryClientOptions? _current;

    private string _rejected = "";

    private string _refusedBackends = "";

    private string _refusedRegistrations = "";

    public DiscoveryClientOptions Create(string name)
    {
        lock (_lock)
        {
            if (_current is null)
            {
                var first = Build(name, out var errors, out _);
                _current = errors.Count == 0 ? first : throw new DiscoveryConfigurationException(errors);
                ReportForgotten();
                return _current;
            }

            if (Rebuild(name, out var refused) is { } next)
            {
                ReportRefused(ref _refusedBackends, [.. refused.Backends, .. backends.Changed()], Log.Refused);
                ReportRefused(ref _refusedRegistrations, refused.Registrations, Log.RegistrationRefused);
                _current = next;
            }

            return _current;
        }
    }

    private DiscoveryClientOptions? Rebuild(string name, out (IReadOnlyList<string> Backends, IReadOnlyList<string> Registrations) refused)
    {
        IReadOnlyList<string> errors;
        refused = ([], []);
        DiscoveryClientOptions? options = null;
        try
        {
            options = Build(name, out errors, out refused);
        }
        catch (Exception e)
        {
            // Thrown here it would reach whoever triggered the reload: a file watcher's thread.
            errors = [e.Message];
        }

        ReportRejected(string.Join(' ', errors));
        return errors.Count == 0 ? options : null;
    }

    private DiscoveryClientOptions Build(string name, out IReadOnlyList<string> errors, out (IReadOnlyList<string> Backends, IReadOnlyList<string> Registrations) refused)
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

        string[] wrong = [.. settings.Errors, .. OptionsRules.Check(options, section.Path, selectors.Names), .. catalog.Check()];
        BackendUse[] uses = [.. BackendUse.Of(options, section.Path)];

        // What is refused is checked too, but no backend is made for it.
        refused = _current is null ? ([], []) : FixedWhileRunning.Keep(options, _current, section.Path);
        errors =
        [
            .. wrong,
            .. catalog.CheckNames(uses.Except(BackendUse.Of(options, section.Path))),
            .. backends.Prepare(BackendUse.Of(options, section.Path)).Distinct(),
            .. backends.CheckRegistering(options, section.Path),
            .. validators.SelectMany(validator => validator.Validate(name, options) is { Failed: true } result ? result.Failures : []),
        ];
        errors = [.. FirstCauses.Of(errors)];
        return options;
    }

    private void ReportForgotten()
    {
        string[] sections = [.. BackendTypes.Forgotten(catalog.Types, AdapterPackages.OfProgram)];
        if (sections.Length > 0)
        {
            Log.NotAdded(_logger, string.Join(" or ", sections.Select(section => $"'{section.ToLowerInvariant()}'")), string.Join(" or ", sections.Select(section => $"Add{section}()")));
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
                Log.Rejected(_logger, errors);
            }
            else
            {
                Log.ValidAgain(_logger);
            }
        }
    }

    private void ReportRefused(ref string reported, IEnumerable<string> paths, Action<ILogger, string> report)
    {
        var refused = string.Join(", ", paths);
        if (refused != reported)
        {
            reported = refused;
            if (refused.Length > 0)
            {
                report(_logger, refused);
            }
        }
    }
}
