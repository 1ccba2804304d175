using Discovery.Client.Http;
using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client;

/// <summary>What a single request can say about the choice of its instance.</summary>
public static class DiscoveryRequestExtensions
{
    /// <summary>Gives the request a key. Selectors with affinity send requests of one key to one instance for as long as the list stays; others ignore it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="key">The key, such as a customer's number; hashed as <see cref="PickContext.HashKey"/> says.</param>
    public static void SetHashKey(this HttpRequestMessage request, string key)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(key);
        RequestMemory.Of(request).SetHashKey(XxHash64.Hash(key));
    }
}
