using System.Text.Json;

namespace Discovery.Client.Consul;

/// <summary>
/// Decodes whole answers, record by record: a bad one is left out and counted. Remembers the records of the answer before, so that one whose indexes did not change
/// is not made again. Not for use by several threads at once.
/// </summary>
internal sealed class HealthDecoder(string serviceName)
{
    private readonly string _wireName = WireName.Encode(serviceName);
    private Dictionary<(string Node, string Id), (Fingerprint Print, ServiceInstance Instance)> _known = [];

    /// <summary>Forgets the records: the indexes start over.</summary>
    public void Forget() => _known = [];

    /// <exception cref="JsonException">The answer as a whole is not a list.</exception>
    public (IReadOnlyList<ServiceInstance> Instances, int Rejected) Decode(ReadOnlySpan<byte> json)
    {
        var known = new Dictionary<(string, string), (Fingerprint, ServiceInstance)>(_known.Count);
        var decoded = new List<DecodedInstance>(_known.Count);
        var rejected = 0;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            // An agent writes null where there is nothing.
            return reader.TokenType == JsonTokenType.Null ? ([], 0) : throw new JsonException("A list is expected.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            try
            {
                if (JsonSerializer.Deserialize(json[start..(int)reader.BytesConsumed], ConsulJsonContext.Default.HealthEntry) is not { } entry)
                {
                    rejected++;
                }
                else if (entry.Service?.Service is not { } name || name == _wireName)
                {
                    decoded.Add(Read(entry, known));
                }
            }
            catch (Exception error) when (error is JsonException or FormatException or ArgumentException)
            {
                rejected++;
            }
        }

        if (reader.TokenType != JsonTokenType.EndArray)
        {
            throw new JsonException("The list is cut off.");
        }

        _known = known;
        return (DuplicateIds.Resolve(decoded), rejected);
    }

    private DecodedInstance Read(HealthEntry entry, Dictionary<(string Node, string Id), (Fingerprint Print, ServiceInstance Instance)> known)
    {
        var key = (entry.Node?.Node ?? "", entry.Service?.Id ?? "");
        var print = Fingerprint.Of(entry);
        var instance = print.Service > 0 && _known.TryGetValue(key, out var before) && before.Print == print ? before.Instance : InstanceReader.Read(entry, serviceName);
        known[key] = (print, instance);
        return new(instance, key.Item1, entry.Service?.CreateIndex ?? 0);
    }

    private readonly record struct Fingerprint(ulong Service, ulong Node, ulong Checks, int Count)
    {
        public static Fingerprint Of(HealthEntry entry)
            => new(entry.Service?.ModifyIndex ?? 0, entry.Node?.ModifyIndex ?? 0, (entry.Checks ?? []).Select(check => check.ModifyIndex).DefaultIfEmpty().Max(), entry.Checks?.Length ?? 0);
    }
}
