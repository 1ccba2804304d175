namespace Discovery.Client.Configuration;

/// <summary>Leaves out errors that only follow from another one. Pure.</summary>
internal static class FirstCauses
{
    private const string Missing = " is missing";

    /// <summary>A key that stands there and is wrong was not read, so it looks missing to a rule: it is not.</summary>
    public static IEnumerable<string> Of(IReadOnlyCollection<string> errors)
        => errors.Distinct().Where(error => PathOfMissing(error) is not { } path || !errors.Any(other => other != error && Concerns(other, path)));

    private static string? PathOfMissing(string error) => error.IndexOf(Missing, StringComparison.Ordinal) is > 0 and var end ? error[..end] : null;

    private static bool Concerns(string error, string path)
        => error.StartsWith(path, StringComparison.Ordinal) && error.Length > path.Length && error[path.Length] is ' ' or ':' && !error.AsSpan(path.Length).StartsWith(Missing);
}
