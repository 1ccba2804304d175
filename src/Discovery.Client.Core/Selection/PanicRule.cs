namespace Discovery.Client.Selection;

/// <summary>Whether so few instances are available that all are used. Pure.</summary>
internal static class PanicRule
{
    /// <param name="available">How many instances are neither listed as down nor ejected.</param>
    /// <param name="all">How many there are, those included.</param>
    /// <param name="threshold">The percentage.</param>
    public static bool Holds(int available, int all, int threshold) => available < all && (available <= 0 || (long)available * 100 < (long)all * threshold);
}
