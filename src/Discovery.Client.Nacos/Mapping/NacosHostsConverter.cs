using System.Text.Json;
using System.Text.Json.Serialization;

namespace Discovery.Client.Nacos;

/// <summary>Reads instance by instance: one that cannot be read is left out and counted.</summary>
internal sealed class NacosHostsConverter : JsonConverter<NacosHosts>
{
    public override NacosHosts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("A list of instances is expected.");
        }

        var items = new List<NacosInstance>();
        var rejected = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var record = reader;
            reader.Skip();
            try
            {
                if (JsonSerializer.Deserialize(ref record, NacosJsonContext.Default.NacosInstance) is { } instance)
                {
                    items.Add(instance);
                    continue;
                }
            }
            catch (JsonException)
            {
                // Counted below.
            }

            rejected++;
        }

        return new(items, rejected);
    }

    public override void Write(Utf8JsonWriter writer, NacosHosts value, JsonSerializerOptions options) => throw new NotSupportedException();
}
