using Discovery.Client.Selection;

namespace Discovery.Client.Simulation;

/// <summary>Keys of which the i-th is asked for in proportion to 1 / i^exponent.</summary>
public sealed class ZipfKeys
{
    private readonly double[] _sums;
    private readonly ulong[] _keys;
    private readonly RandomSource _random;

    public ZipfKeys(int count, double exponent, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        _keys = [.. Enumerable.Range(0, count).Select(_ => random.NextUInt64())];
        _sums = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            _sums[i] = sum += Math.Pow(i + 1, -exponent);
        }
    }

    public ulong Next()
    {
        var index = Array.BinarySearch(_sums, _random.NextDouble() * _sums[^1]);
        return _keys[Math.Min(index < 0 ? ~index : index, _keys.Length - 1)];
    }
}
