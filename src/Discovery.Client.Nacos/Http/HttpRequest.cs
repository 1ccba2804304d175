using System.Net;
using System.Text;

namespace Discovery.Client.Nacos;

/// <summary>One request of the open API.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">Behind the context path, such as <c>/v1/ns/instance</c>.</param>
/// <param name="Parameters">What it says; those of null are left out. A POST has them in its body, since a server's longest request line is 8 KB and metadata may be longer; all others in the query.</param>
internal sealed record HttpRequest(HttpMethod Method, string Path, params IReadOnlyList<(string Name, string? Value)> Parameters)
{
    /// <summary>What it is about, <c>group@@service</c>, where signatures cover that.</summary>
    public string? Resource { get; init; }

    /// <summary>The parameters as a query or a form has them, with these before the others.</summary>
    public string Encode(IEnumerable<(string Name, string? Value)> before)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in before.Concat(Parameters))
        {
            if (value is not null)
            {
                text.Append(text.Length == 0 ? "" : "&").Append(name).Append('=').Append(WebUtility.UrlEncode(value));
            }
        }

        return text.ToString();
    }

    // A login has a password among its parameters.
    public override string ToString() => $"{Method} {Path}";
}
