namespace Discovery.Client.Nacos;

/// <summary>One request of one generation of the open API, and how its answer is read.</summary>
/// <param name="Request">The request.</param>
/// <param name="Read">Reads an answer with status 200; throws <see cref="FormatException"/> or a JSON error where it says something else.</param>
internal sealed record ApiCall<T>(HttpRequest Request, Func<HttpAnswer, T> Read)
{
    /// <summary>Whether every server of the generation knows it, so that one that does not is of another generation.</summary>
    public bool TellsGeneration { get; init; } = true;

    /// <summary>What it means that the server does not know what is asked about; null: that it failed.</summary>
    public Func<T>? Unknown { get; init; }
}
