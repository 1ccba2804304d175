using Discovery.Client.Http;

namespace Discovery.Client;

/// <summary>What a request can say in <see cref="HttpRequestMessage.Options"/> about the choice of its instance, for code that has no reference to more than the key.</summary>
public static class DiscoveryRequestOptions
{
    internal static readonly HttpRequestOptionsKey<string> Key = new("Discovery.Client.HashKey");

    /// <summary>The request's key, the same as <see cref="DiscoveryRequestExtensions.SetHashKey"/>. Take it from here rather than by its name: as long as nobody has asked for it no request is searched for one.</summary>
    public static HttpRequestOptionsKey<string> HashKey
    {
        get
        {
            RequestMemory.KeysInUse = true;
            return Key;
        }
    }
}
