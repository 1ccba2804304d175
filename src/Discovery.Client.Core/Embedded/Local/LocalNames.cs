using System.Security.Cryptography;
using System.Text;

namespace Discovery.Client.Embedded;

/// <summary>File names for names of services and instances: different names never share one, also where file names ignore case.</summary>
internal static class LocalNames
{
    public const string RecordSuffix = ".json";

    // 255 bytes are what file systems allow; the suffix and the names of temporary files need some.
    private const int MaxEncodedLength = 220;
    private const int KeptOfLongNames = 100;
    private const char LongMark = '=';

    private static readonly string[] DeviceNames =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })];

    /// <summary>Percent-encodes all but lower-case ASCII letters, digits, <c>-</c>, <c>_</c> and inner dots. A name too long for a file system keeps its beginning and gets its hash; the record says it in full.</summary>
    public static string Encode(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var encoded = new StringBuilder(bytes.Length + 16);
        for (var i = 0; i < bytes.Length; i++)
        {
            var inner = i > 0 && i < bytes.Length - 1;
            if (bytes[i] is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'_' || (inner && bytes[i] == (byte)'.'))
            {
                encoded.Append((char)bytes[i]);
            }
            else
            {
                encoded.Append('%').Append("0123456789abcdef"[bytes[i] >> 4]).Append("0123456789abcdef"[bytes[i] & 15]);
            }
        }

        if (encoded.Length > MaxEncodedLength)
        {
            return LongMark + encoded.ToString(0, KeptOfLongNames) + LongMark + Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        var result = encoded.ToString();
        return DeviceNames.Contains(result.Split('.')[0]) ? $"%{bytes[0]:x2}{result.AsSpan(1)}" : result;
    }

    public static string RecordFile(string instanceId) => Encode(instanceId) + RecordSuffix;

    /// <summary>Whether a file is one that somebody is still writing.</summary>
    public static bool IsTemporary(ReadOnlySpan<char> fileName) => fileName.StartsWith('.');
}
