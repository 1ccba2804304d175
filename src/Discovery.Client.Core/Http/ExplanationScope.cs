using System.Collections;

namespace Discovery.Client.Http;

/// <summary>What a log scope says of a request.</summary>
internal sealed class ExplanationScope(string service, string instance, CallExplanation explanation) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 3;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("discovery.service", service),
        1 => new("discovery.instance.id", instance),
        2 => new("discovery.explanation", explanation),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{service} -> {instance}";
}
