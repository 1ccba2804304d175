namespace Discovery.Client.Configuration;

/// <summary>Finds what a backend's name means: an entry of <c>Backends</c>, or a type.</summary>
internal sealed class BackendCatalog
{
    public const string TypeKey = "Type";

    private readonly DiscoverySection _section;

    private readonly Dictionary<string, IRegistryBackendFactory> _factories = new(StringComparer.OrdinalIgnoreCase);

    public BackendCatalog(DiscoverySection section, IEnumerable<IRegistryBackendFactory> factories)
    {
        _section = section;
        foreach (var factory in factories)
        {
            _factories[factory.Type] = factory;
        }
    }

    public IReadOnlyCollection<string> Types => _factories.Keys;

    /// <summary>What is wrong with the section <c>Backends</c>, used or not.</summary>
    public IEnumerable<string> Check()
    {
        var settings = _section.Read();
        var backends = settings.GetSection("Backends");
        foreach (var name in backends.Keys)
        {
            var wrong = settings.Errors.Count;
            var type = backends.GetSection(name).GetString(TypeKey);
            if (settings.Errors.Count > wrong)
            {
                continue;
            }

            if (_factories.ContainsKey(name) || BackendTypes.Find(name) is not null)
            {
                backends.AddError(name, "has the name of a backend type, choose another one");
            }
            else if (type is null)
            {
                backends.AddError($"{name}:{TypeKey}", "is missing" + NearestName.Suggest("", Types));
            }
            else if (!_factories.ContainsKey(type))
            {
                backends.AddError($"{name}:{TypeKey}", $"is '{type}', " + WhyNot(type, Types));
            }
        }

        return settings.Errors;
    }

    /// <summary>Whether <c>Backends</c> has the name, so that <see cref="Check"/> says what is wrong with it.</summary>
    public bool Declares(string name) => _section.Read().GetSection("Backends").Keys.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with names of backends that are not used.</summary>
    public IEnumerable<string> CheckNames(IEnumerable<BackendUse> uses)
    {
        foreach (var use in uses)
        {
            if (Find(use.Name, out var reason) is null && !Declares(use.Name))
            {
                yield return $"{use.Path} is '{use.Name}', {reason}.";
            }
        }
    }

    /// <summary>Finds a backend.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="reason">Why there is none, to be read after the name.</param>
    public BackendDefinition? Find(string name, out string? reason)
    {
        reason = null;
        var settings = _section.Read();
        var backends = settings.GetSection("Backends");
        if (backends.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } key)
        {
            var named = backends.GetSection(key);
            var type = named.GetString(TypeKey) ?? "";
            if (_factories.TryGetValue(type, out var maker))
            {
                return new BackendDefinition(key, maker, named.Section, named.Path, IsNamed: true);
            }

            reason = $"whose type '{type}' is none";
            return null;
        }

        if (_factories.TryGetValue(name, out var factory))
        {
            var spelling = settings.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? BackendTypes.Find(name) ?? factory.Type;
            var section = settings.GetSection(spelling);
            return new BackendDefinition(factory.Type, factory, section.Section, section.Path, IsNamed: false);
        }

        reason = WhyNot(name, Types.Concat(backends.Keys));
        return null;
    }

    private string WhyNot(string name, IEnumerable<string> known)
        => BackendTypes.Find(name) is { } spelling
            ? BackendTypes.WhyMissing(spelling, Types, AdapterPackages.OfProgram)
            : "which is no backend" + NearestName.Suggest(name, known);
}
