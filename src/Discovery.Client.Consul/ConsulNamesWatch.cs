using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>The watch of all names at one agent.</summary>
internal static class ConsulNamesWatch
{
    public static async IAsyncEnumerable<IReadOnlyCollection<string>> RunAsync(ConsulBackendParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var blocking = new BlockingQuery(parts, parts.Turns.Join(), parts.Client.Endpoints.Current);
        IReadOnlyCollection<string>? current = null;
        while (true)
        {
            var (step, answer) = await blocking.AskAsync(
                (index, wait) => ConsulPaths.Services(parts.Options, index, wait), Task.FromResult, cancellationToken).ConfigureAwait(false);
            if (step == QueryStep.Restart)
            {
                continue;
            }

            current = step == QueryStep.Take ? Decode(answer) : current!;
            yield return current;
        }
    }

    /// <exception cref="RegistryException">No name can be seen: Consul itself is among them for whoever may read names.</exception>
    private static HashSet<string> Decode(ConsulAnswer answer)
    {
        try
        {
            var names = DecodeNames(answer.Body);
            return names.Count > 0 ? names : throw new RegistryException("Consul shows no service name, not even its own: the token lacks service:read or node:read.", isTransient: false);
        }
        catch (JsonException error)
        {
            throw new RegistryException($"Consul's list of names cannot be read: {error.Message}", innerException: error);
        }
    }

    /// <summary>The decoded names that are valid, each once.</summary>
    /// <exception cref="JsonException">It is no object.</exception>
    internal static HashSet<string> DecodeNames(ReadOnlySpan<byte> json)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object is expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (WireName.Decode(reader.GetString()!) is var name && Names.IsService(name))
            {
                names.Add(name);
            }

            reader.Read();
            reader.Skip();
        }

        return names;
    }
}
