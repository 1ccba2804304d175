namespace Discovery.Client.Selection;

/// <summary>How load is shared out over groups of instances of which the first are to take as much as they can. Pure; the one rule behind priorities and zones.</summary>
/// <remarks>Envoy's: a group carries its part times a factor, what is left goes to the next one; if all together cannot carry everything, each gets more in proportion.</remarks>
internal static class SpillOver
{
    /// <param name="abilities">The part of all the load that each group could carry, 1 for all of it; in the order in which they are to be used.</param>
    /// <param name="overprovisioning">How many times that it is taken to carry.</param>
    /// <returns>The part of each group, 1 in all; all 0 if none can carry anything.</returns>
    public static double[] Split(ReadOnlySpan<double> abilities, double overprovisioning)
    {
        var (parts, rest) = (new double[abilities.Length], 1.0);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Math.Min(rest, Math.Max(0, abilities[i] * overprovisioning));
            rest -= parts[i];
        }

        if (rest is > 0 and < 1)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                parts[i] /= 1 - rest;
            }
        }

        return parts;
    }
}
