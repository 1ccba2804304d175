using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>What goes with a request through all its attempts, also those of a retrying handler outside. Kept in the request's options, which clones of a request share.</summary>
internal sealed class RequestMemory
{
    private const int Most = 16;

    private static readonly HttpRequestOptionsKey<RequestMemory> Key = new("Discovery.Client");

    private static volatile bool _keysInUse;
    private static int _uses;
    private ServiceNode[] _tried = [];

    /// <summary>Whether any request of the process was ever given a key. Looking into the options of a request that has none allocates them.</summary>
    public static bool KeysInUse { get => _keysInUse; set => _keysInUse = value; }

    /// <summary>Changes whenever something is said of a request of the process.</summary>
    public static int Uses => Volatile.Read(ref _uses);

    public ulong? HashKey { get; private set; }

    /// <summary>Whether the program said that the request may be sent twice, or may not.</summary>
    public bool? IsRepeatable { get; private set; }

    public CallExplanation? Explanation { get; private set; }

    /// <summary>The instances that did not serve the request; each array is never changed.</summary>
    public ServiceNode[] Tried => Volatile.Read(ref _tried);

    public static RequestMemory? Find(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var memory) ? memory : null;

    public static RequestMemory Of(HttpRequestMessage request)
    {
        if (Find(request) is not { } memory)
        {
            request.Options.Set(Key, memory = new RequestMemory());
        }

        return memory;
    }

    public void SetHashKey(ulong key)
    {
        HashKey = key;
        _keysInUse = true;
    }

    public void SetRepeatable(bool repeatable)
    {
        IsRepeatable = repeatable;
        if (!repeatable)
        {
            // What a request may do by its method is not looked up otherwise.
            Interlocked.Increment(ref _uses);
        }
    }

    public CallExplanation Explain()
    {
        Explanation ??= new CallExplanation();
        Interlocked.Increment(ref _uses);
        return Explanation;
    }

    /// <summary>Explains a request for the log, which needs no other to be looked at.</summary>
    public void ExplainForLog() => Explanation ??= new CallExplanation();

    public void Add(ServiceNode node)
    {
        while (true)
        {
            var tried = Tried;
            if (Array.IndexOf(tried, node) >= 0)
            {
                return;
            }

            ServiceNode[] more = [.. tried.AsSpan(Math.Max(0, tried.Length - Most + 1)), node];
            if (Interlocked.CompareExchange(ref _tried, more, tried) == tried)
            {
                return;
            }
        }
    }
}
