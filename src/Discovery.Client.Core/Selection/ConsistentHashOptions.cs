namespace Discovery.Client.Selection;

/// <summary>The settings of <see cref="SelectorNames.ConsistentHash"/>, section <c>Selection:ConsistentHash</c>. Processes that share keys should have the same.</summary>
public sealed class ConsistentHashOptions
{
    /// <summary>How the instance of a key is found.</summary>
    /// <value>The default is <see cref="ConsistentHashAlgorithm.Auto"/>.</value>
    public ConsistentHashAlgorithm Algorithm { get; set; }

    /// <summary>How many times the average of requests under way, by its weight, an instance gets at most; requests of its keys go to others meanwhile.</summary>
    /// <value>The default is 1.25 (Mirrokni, Thorup and Zadimoghaddam, SODA 2018); 1.01 to 100, or 0 for no bound: then a key that everybody asks for is its instance's alone.</value>
    public double LoadFactor { get; set; } = 1.25;

    /// <summary>How many places Maglev's table has. A hundred times the number of instances makes shares differ by 1 %.</summary>
    /// <value>The default is 65 537, which is the paper's and Envoy's; a prime from 1 009 to 5 000 011.</value>
    public int TableSize { get; set; } = 65_537;

    /// <summary>How many points the instances of the greatest weight have on the ring; others have as many fewer as their weight is smaller.</summary>
    /// <value>The default is 160; 1 to 4 096.</value>
    public int RingPoints { get; set; } = 160;
}
