using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>go-micro's tags: a letter, a hyphen and the hexadecimal digits of a zlib stream; <c>t-</c> has one pair as a JSON object, <c>v-</c> the version, <c>e-</c> an endpoint's description.</summary>
internal static class GoMicroTag
{
    private const string ZlibHeader = "78";

    private const int MaxBytes = 4096;

    public static string? TryReadVersion(string tag) => Unpack(tag, 'v');

    /// <summary>Whether it is one of go-micro's tags; its pair is then among the metadata.</summary>
    public static bool TryAddMetadata(string tag, Dictionary<string, string> metadata)
    {
        if (Unpack(tag, 't') is not { } json)
        {
            return Unpack(tag, 'e') is not null;
        }

        try
        {
            foreach (var (key, value) in JsonSerializer.Deserialize(json, ConsulJsonContext.Default.DictionaryStringString) ?? [])
            {
                metadata.TryAdd(key, value);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Unpack(string tag, char kind)
    {
        if (tag.Length < 6 || tag[0] != kind || tag[1] != '-' || !tag.AsSpan(2).StartsWith(ZlibHeader, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var stream = new ZLibStream(new MemoryStream(Convert.FromHexString(tag.AsSpan(2))), CompressionMode.Decompress);
            var buffer = new byte[MaxBytes];
            var count = stream.ReadAtLeast(buffer, MaxBytes, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
        catch (Exception error) when (error is FormatException or InvalidDataException)
        {
            return null;
        }
    }
}
