using System.Text;

namespace Discovery.Client.Nacos;

/// <summary>An answer, whatever its status.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The whole body.</param>
internal sealed record HttpAnswer(int Status, byte[] Body)
{
    public bool IsSuccess => Status == 200;

    public string Text => Encoding.UTF8.GetString(Body);
}
