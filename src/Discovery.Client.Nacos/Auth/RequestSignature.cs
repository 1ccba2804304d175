using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Discovery.Client.Nacos;

/// <summary>Signs requests with a secret key, which itself is not sent.</summary>
internal static class RequestSignature
{
    /// <summary>The pairs for one request.</summary>
    /// <param name="proof">Where they go.</param>
    /// <param name="accessKey">Whose key it is.</param>
    /// <param name="secretKey">The key.</param>
    /// <param name="resource">What the request is about, <c>group@@service</c>; null: nothing in particular.</param>
    /// <param name="now">The time, which servers compare with theirs.</param>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The server expects HMAC-SHA1.")]
    public static void AddTo(IDictionary<string, string> proof, string accessKey, string secretKey, string? resource, DateTimeOffset now)
    {
        var time = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var data = string.IsNullOrEmpty(resource) ? time : $"{time}@@{resource}";
        proof[Proof.AccessKey] = accessKey;
        proof[Proof.Data] = data;
        proof[Proof.Signature] = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secretKey), Encoding.UTF8.GetBytes(data)));
    }
}
