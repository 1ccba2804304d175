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

    /// <summary>Says whether a request may be sent to a second instance after the first may have seen it: true, for one that is not idempotent by its method or has content that can be sent again; false, never. After false each request of the process costs a look into its options for the next ten minutes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="repeatable">Whether it may.</param>
    public static void SetRepeatable(this HttpRequestMessage request, bool repeatable = true)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestMemory.Of(request).SetRepeatable(repeatable);
    }

    /// <summary>Asks why the request goes where it goes. For the next ten minutes each request of the process costs a look into its options.</summary>
    /// <param name="request">The request, before it is sent.</param>
    /// <returns>The explanation, which is filled in as the request goes on; the same one each time.</returns>
    public static CallExplanation Explain(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RequestMemory.Of(request).Explain();
    }
}
