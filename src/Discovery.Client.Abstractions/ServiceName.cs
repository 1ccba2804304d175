using System.Globalization;

namespace Discovery.Client;

/// <summary>The rule for names of services and ids of instances. Adapters encode every name it allows, reversibly.</summary>
public static class ServiceName
{
    /// <summary>The most UTF-16 code units a name may have.</summary>
    public const int MaxLength = 200;

    /// <summary>Returns the name if it is one: 1 to 200 code units of valid Unicode, no control characters, no white space at either end.</summary>
    /// <param name="name">The name; it may have slashes, dots, spaces, any script. It is compared by ordinal.</param>
    /// <param name="what">What the name is of, for the message.</param>
    /// <exception cref="ArgumentException">It is not; the message quotes it and says why.</exception>
    public static string Validate(string name, string what = "service name")
    {
        ArgumentNullException.ThrowIfNull(name);
        return Reject(name) is { } reason ? throw new ArgumentException($"'{Printable(name)}' is not a valid {what}: {reason}.", nameof(name)) : name;
    }

    private static string? Reject(string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return $"it has {name.Length} characters, 1 to {MaxLength} are allowed";
        }

        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            return "it begins or ends with white space";
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
            {
                return $"it has the control character U+{(int)name[i]:X4} at position {i}";
            }

            if (char.IsSurrogate(name[i]) && !(char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[++i])))
            {
                return $"it has half a surrogate pair at position {i}";
            }
        }

        return null;
    }

    private static string Printable(string name)
        => string.Concat(name.Take(MaxLength).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));
}
