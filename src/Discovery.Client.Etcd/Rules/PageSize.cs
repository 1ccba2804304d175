namespace Discovery.Client.Etcd;

/// <summary>How many keys are asked for at once over a connection: fewer when it is too slow to bring that many in time, more again when it is not.</summary>
internal sealed class PageSize
{
    private const int Largest = 5000;
    private const int Smallest = 50;
    private readonly Lock _lock = new();

    public int Size { get; set; } = Largest;

    /// <summary>A page did not arrive in time.</summary>
    /// <returns>Whether a smaller one is left to try.</returns>
    public bool Shrink(int asked)
    {
        lock (_lock)
        {
            // Of those that were under way together one counts. By quarters: each attempt costs the whole time of a request.
            Size = Math.Min(Size, Math.Max(Smallest, asked / 4));
            return asked > Smallest;
        }
    }

    /// <summary>A full page arrived.</summary>
    public void Arrived(int asked, TimeSpan took, TimeSpan allowed)
    {
        if (took < allowed / 4)
        {
            lock (_lock)
            {
                Size = Math.Max(Size, Math.Min(Largest, asked * 2));
            }
        }
    }
}
