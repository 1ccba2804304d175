namespace Discovery.Client;

/// <summary>Finds what somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>Returns <c> (did you mean '…'?)</c> for the known name at the least edit distance (at most a third of the length or 2, and never all of it), else <c> (known are …)</c>.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What exists.</param>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.OrdinalIgnoreCase).ToArray();
        var near = names.Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(2, name.Length / 3) && candidate.Distance < Math.Min(name.Length, candidate.Name.Length))
            .ToArray();
        return near.Length > 0 ? $" (did you mean '{near.MinBy(candidate => candidate.Distance).Name}'?)"
            : names.Length > 0 ? $" (known are {string.Join(", ", names)})"
            : "";
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
