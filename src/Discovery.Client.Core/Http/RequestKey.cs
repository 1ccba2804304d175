using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>The key of a request: what code said comes before what stands in its headers.</summary>
internal static class RequestKey
{
    public static ulong? Of(HttpRequestMessage request, RequestMemory? memory, KeySource? source)
        => memory?.HashKey
            ?? (RequestMemory.KeysInUse && request.Options.TryGetValue(DiscoveryRequestOptions.Key, out var text) && text is not null ? XxHash64.Hash(text)
                : source?.Find(new RequestHeaders(request)));
}
