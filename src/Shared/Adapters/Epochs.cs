using System.Security.Cryptography;

namespace Discovery.Client.Adapters;

/// <summary>Epochs for the lists of one backend.</summary>
internal sealed class Epochs
{
    // By chance, so that the epochs of two clients of one registry differ: a list of one may be the other's last.
    private ulong _last = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 1;

    /// <summary>One that no list had before.</summary>
    public ulong Next() => Interlocked.Increment(ref _last);
}
