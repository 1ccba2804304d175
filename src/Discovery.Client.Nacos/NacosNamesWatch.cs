using System.Runtime.CompilerServices;

namespace Discovery.Client.Nacos;

/// <summary>The watch of the names of the configured namespace and group. Nacos pushes none: they are asked for.</summary>
internal static class NacosNamesWatch
{
    public static async IAsyncEnumerable<IReadOnlyCollection<string>> RunAsync(NacosBackendParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string>? known = null;
        while (true)
        {
            var names = await parts.Transport.ListNamesAsync(parts.Options.Namespace, parts.Options.Group, cancellationToken).ConfigureAwait(false);
            var read = names.Select(WireName.Decode).Where(Names.IsService).ToHashSet(StringComparer.Ordinal);
            if (known is null || !known.SetEquals(read))
            {
                known = read;
                yield return [.. read];
            }

            await Task.Delay(parts.Options.NamesInterval, parts.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
