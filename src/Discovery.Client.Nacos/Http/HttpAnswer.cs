using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Discovery.Client.Nacos;

/// <summary>An answer, whatever its status.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The whole body.</param>
internal sealed record HttpAnswer(int Status, byte[] Body)
{
    public bool IsSuccess => Status == 200;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body, read as what it is to be.</summary>
    /// <exception cref="FormatException">It is null.</exception>
    /// <exception cref="JsonException">It is something else.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(Body, type) ?? throw new FormatException("it is null");
}
