using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Discovery.Client;

/// <summary>
/// Reads settings strictly: each value read is a known key, every wrong value and every key that nobody asked for becomes an error with its configuration path.
/// Without reflection. Not for use by several threads at once.
/// </summary>
/// <remarks>A configured list replaces the default one. Durations are <c>hh:mm:ss</c>, or a number with <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>.</remarks>
public sealed class SettingsReader
{
    private readonly List<string> _errors;
    private readonly Dictionary<string, SettingsReader?> _known = new(StringComparer.OrdinalIgnoreCase);

    // Each look for children goes through all keys of the configuration there are.
    private readonly Dictionary<string, IConfigurationSection> _children;

    /// <summary>Creates a reader of what stands there now.</summary>
    /// <param name="section">The section, or null where nothing is configured.</param>
    /// <param name="path">Its path, for messages.</param>
    public SettingsReader(IConfiguration? section, string path)
        : this(section, path, [])
    {
    }

    private SettingsReader(IConfiguration? section, string path, List<string> errors)
    {
        Path = path;
        _errors = errors;
        _children = section?.GetChildren().ToDictionary(child => child.Key, StringComparer.OrdinalIgnoreCase) ?? [];
        Section = _children.Count > 0 ? section : null;
    }

    /// <summary>The section that is read; null where nothing is configured.</summary>
    public IConfiguration? Section { get; }

    /// <summary>Its path, for messages.</summary>
    public string Path { get; }

    /// <summary>The keys that stand in the section.</summary>
    public IEnumerable<string> Keys => _children.Keys;

    /// <summary>The errors so far, those of the sections read with this one included; each begins with the configuration path it concerns.</summary>
    public IReadOnlyList<string> Errors => [.. _errors.Distinct()];

    /// <summary>Reads a text. An empty one counts as not set.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    public string? GetString(string key, string? defaultValue = null) => ReadText(key) is { Length: > 0 } value ? value : defaultValue;

    /// <summary>Reads a text that may be none: unlike for <see cref="GetString"/>, an empty one says that there is none, whatever the default is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    public string? GetOptionalString(string key, string? defaultValue) => GetString(key) ?? (_children.ContainsKey(key) ? null : defaultValue);

    /// <summary>Reads a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    /// <param name="min">The least allowed; <see cref="int.MinValue"/>: any, to be checked by whoever reads it.</param>
    /// <param name="max">The most allowed.</param>
    public int GetInt32(string key, int defaultValue, int min = 0, int max = int.MaxValue)
        => Parse(key, defaultValue, text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null,
            min == int.MinValue ? "a whole number" : $"a whole number from {min} to {max}");

    /// <summary>Reads a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    /// <param name="min">The least allowed; <see cref="double.MinValue"/>: any, to be checked by whoever reads it.</param>
    /// <param name="max">The most allowed.</param>
    public double GetDouble(string key, double defaultValue, double min = 0, double max = double.MaxValue)
        => Parse(key, defaultValue, text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value : null,
            min == double.MinValue ? "a number" : string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

    /// <summary>Reads a truth value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    public bool GetBoolean(string key, bool defaultValue)
        => Parse(key, defaultValue, text => bool.TryParse(text, out var value) ? value : null, "true or false");

    /// <summary>Reads a duration.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    /// <param name="min">The least allowed.</param>
    /// <param name="max">The most allowed.</param>
    public TimeSpan GetDuration(string key, TimeSpan defaultValue, TimeSpan min, TimeSpan max)
        => Parse(key, defaultValue, text => DurationText.TryParse(text, out var value) && value >= min && value <= max ? value : null,
            $"a duration from {DurationText.Format(min)} to {DurationText.Format(max)}, as hh:mm:ss or like 500ms, 10s, 5m, 1h");

    /// <summary>Reads one of an enumeration's names, in any case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set.</param>
    public T GetEnum<T>(string key, T defaultValue)
        where T : struct, Enum
        => Parse(key, defaultValue, text => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null,
            "one of " + string.Join(", ", Enum.GetNames<T>()));

    /// <summary>Reads an absolute URI with a host.</summary>
    /// <param name="key">The key.</param>
    /// <param name="schemes">The schemes allowed, in lower case; none: any.</param>
    public Uri? GetUri(string key, params string[] schemes)
        => GetString(key) is { } text ? ToUri(key, text, schemes) : null;

    /// <summary>Reads a list of absolute URIs with a host.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defaultValue">What holds when it is not set, or wrong; a configured list replaces it, also an empty one.</param>
    /// <param name="schemes">The schemes allowed, in lower case; none: any.</param>
    public IReadOnlyList<Uri> GetUris(string key, IReadOnlyList<Uri> defaultValue, params string[] schemes)
    {
        if (GetStrings(key) is not { } texts)
        {
            return defaultValue;
        }

        // What is left of a list with a wrong address is not what was meant: whoever checks it further would find fault with that.
        Uri?[] addresses = [.. texts.Select((text, i) => ToUri($"{key}:{i}", text, schemes))];
        return addresses.Any(address => address is null) ? defaultValue : [.. addresses.OfType<Uri>()];
    }

    /// <summary>Reads a list of texts; a single value counts as a list of one, an empty value as an empty list.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The list, or null when it is not set.</returns>
    public IReadOnlyList<string>? GetStrings(string key)
    {
        _known.TryAdd(key, null);
        if (!_children.TryGetValue(key, out var list))
        {
            return null;
        }

        var items = list.GetChildren().ToArray();
        if (items.Length > 0 && list.Value is { Length: > 0 })
        {
            AddError(key, "is both a value and a list");
        }

        foreach (var item in items.Where(item => item.Value is null))
        {
            AddError($"{key}:{item.Key}", "is not a value");
        }

        return items.Length > 0 ? [.. items.Select(item => item.Value).OfType<string>()]
            : list.Value is { } single ? single.Length > 0 ? [single] : []
            : null;
    }

    /// <summary>Reads a map of texts, such as metadata. Keys keep their case.</summary>
    /// <param name="key">The key.</param>
    public ImmutableSortedDictionary<string, string> GetMap(string key)
    {
        var map = GetSection(key);
        return map.Keys.ToImmutableSortedDictionary(item => item, map.ReadText, StringComparer.Ordinal);
    }

    /// <summary>Reads a section.</summary>
    /// <param name="key">The key.</param>
    /// <returns>A reader whose errors are this one's too; it reads nothing where the section is missing.</returns>
    public SettingsReader GetSection(string key)
    {
        if (_known.TryGetValue(key, out var reader) && reader is not null)
        {
            return reader;
        }

        var section = _children.GetValueOrDefault(key);
        if (section?.Value is { Length: > 0 } value)
        {
            AddError(key, $"is '{Printable(value)}', a section is expected");
        }

        return _known[key] = new SettingsReader(section, PathOf(key), _errors);
    }

    /// <summary>Says that a key is known and read by somebody else.</summary>
    /// <param name="key">The key.</param>
    public void Ignore(string key) => _known.TryAdd(key, null);

    /// <summary>Adds an error.</summary>
    /// <param name="key">The key that is wrong; empty: the section as a whole.</param>
    /// <param name="message">What is wrong, to be read after the path.</param>
    public void AddError(string key, string message) => _errors.Add(key.Length == 0 ? $"{Path} {message}." : $"{PathOf(key)} {message}.");

    /// <summary>Adds an error for each key here and in the sections read that nobody asked for, with the nearest known one.</summary>
    public void RejectUnknownKeys()
    {
        foreach (var key in Keys.Where(key => !_known.ContainsKey(key)))
        {
            AddError(key, "is not a known key" + NearestName.Suggest(key, _known.Keys));
        }

        foreach (var reader in _known.Values)
        {
            reader?.RejectUnknownKeys();
        }
    }

    /// <summary>A configured address as it may stand in a message, since messages end up in logs: what stands before an @ may be a password.</summary>
    /// <param name="text">The address, valid or not.</param>
    public static string Printable(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.LastIndexOf('@') is >= 0 and var at ? "***" + text[at..] : text;
    }

    /// <summary>Throws if there are errors.</summary>
    /// <exception cref="DiscoveryConfigurationException">There are.</exception>
    public void ThrowIfInvalid()
    {
        if (_errors.Count > 0)
        {
            throw new DiscoveryConfigurationException(Errors);
        }
    }

    private string PathOf(string key) => Path.Length == 0 ? key : $"{Path}:{key}";

    private T Parse<T>(string key, T defaultValue, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (GetString(key) is not { } text)
        {
            return defaultValue;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        AddError(key, $"is '{text}', {expected} is expected");
        return defaultValue;
    }

    private string ReadText(string key)
    {
        _known.TryAdd(key, null);
        if (!_children.TryGetValue(key, out var child))
        {
            return "";
        }

        if (child.GetChildren().Any())
        {
            AddError(key, "is a section or list, one value is expected");
        }

        return child.Value ?? "";
    }

    private Uri? ToUri(string key, string text, string[] schemes)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (schemes.Length == 0 || schemes.Contains(uri.Scheme)) && uri.Host.Length > 0)
        {
            return uri;
        }

        AddError(key, $"is '{Printable(text)}', an absolute address like {schemes.FirstOrDefault("http")}://host:port is expected");
        return null;
    }
}
