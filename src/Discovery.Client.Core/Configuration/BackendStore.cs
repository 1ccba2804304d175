using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Configuration;

/// <summary>Makes each backend once, when it is first used, and disposes them all. Safe for all threads.</summary>
internal sealed partial class BackendStore(
    BackendCatalog catalog, IServiceProvider services, TimeProvider timeProvider, RandomSource random, ILogger<BackendStore> logger) : IAsyncDisposable, IDisposable
{
    private readonly QuietLogger _logger = new(logger);

    private readonly Lock _lock = new();

    private readonly Dictionary<string, Made> _made = new(StringComparer.OrdinalIgnoreCase);

    private bool _disposed;

    /// <summary>Makes what is not made yet.</summary>
    /// <returns>All that is wrong, but for what <see cref="BackendCatalog.Check"/> says.</returns>
    public IReadOnlyList<string> Prepare(IEnumerable<BackendUse> uses)
    {
        List<string> errors = [];
        foreach (var use in uses)
        {
            if (GetOrMake(use.Name, errors, out var reason) is null && reason is not null && !catalog.Declares(use.Name))
            {
                errors.Add($"{use.Path} is '{use.Name}', {reason}.");
            }
        }

        return errors;
    }

    /// <summary>What is wrong with registering there. A backend that could not be made is no matter of this.</summary>
    /// <param name="options">The options, whose backends are prepared.</param>
    /// <param name="path">Their path.</param>
    public IReadOnlyList<string> CheckRegistering(DiscoveryClientOptions options, string path)
    {
        List<string> errors = [];
        lock (_lock)
        {
            foreach (var (use, isOwn) in BackendUse.Registering(options, path))
            {
                if (_made.TryGetValue(use.Name, out var made) && !made.Slot.Current.Capabilities.HasFlag(RegistryCapabilities.Register))
                {
                    var which = isOwn ? $"is '{use.Name}'" : $"is not set, and {path}:Backend is '{use.Name}'";
                    errors.Add($"{use.Path} {which}, which cannot register instances: name a backend that can.");
                }
            }
        }

        return errors;
    }

    public BackendSlot Get(string name)
    {
        List<string> errors = [];
        return GetOrMake(name, errors, out var reason)
            ?? throw new DiscoveryConfigurationException(reason is null ? errors : [$"The backend is '{name}', {reason}."]);
    }

    /// <summary>The paths of the sections that changed since their backend was made from them, and that it does not follow itself.</summary>
    public IReadOnlyList<string> Changed()
    {
        lock (_lock)
        {
            return [.. _made.Values.Where(made => !made.Definition.Factory.FollowsSettings && catalog.Find(made.Definition.Name, out _)?.Fingerprint() != made.Fingerprint).Select(made => made.Definition.Path)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        Made[] made;
        lock (_lock)
        {
            made = _disposed ? [] : [.. _made.Values];
            _disposed = true;
        }

        await Task.WhenAll(made.Select(one => DisposeAsync(one.Slot))).ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private BackendSlot? GetOrMake(string name, List<string> errors, out string? reason)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            reason = null;
            if (_made.TryGetValue(name, out var made))
            {
                return made.Slot;
            }

            if (catalog.Find(name, out reason) is not { } definition || Make(definition, errors) is not { } backend)
            {
                return null;
            }

            var slot = new BackendSlot(definition.Name, backend, random);
            _made.Add(definition.Name, new Made(definition, definition.Fingerprint(), slot));
            return slot;
        }
    }

    private IRegistryBackend? Make(BackendDefinition definition, List<string> errors)
    {
        var settings = definition.Read();
        IRegistryBackend? backend = null;
        try
        {
            backend = definition.Factory.Create(new RegistryBackendContext(definition.Name, settings, services, timeProvider));
        }
        catch (DiscoveryConfigurationException e)
        {
            errors.AddRange(e.Errors.Except(settings.Errors));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            errors.Add($"{definition.Path} cannot be used: {e.Message}");
        }

        if (backend is not null)
        {
            settings.RejectUnknownKeys();
        }

        errors.AddRange(settings.Errors);
        if (backend is null || settings.Errors.Count == 0)
        {
            return backend;
        }

        // It connects to nothing before it is used, so nothing needs to be waited for.
        _ = DisposeAsync(new BackendSlot(definition.Name, backend, random));
        return null;
    }

    private async Task DisposeAsync(BackendSlot slot)
    {
        try
        {
            await slot.Current.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.DisposeFailed(_logger, slot.Name, e);
        }
    }

    private sealed record Made(BackendDefinition Definition, string Fingerprint, BackendSlot Slot);
}
