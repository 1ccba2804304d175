namespace Discovery.Client.Selection;

/// <summary>The headers of the request that an instance is chosen for; none where there is no request, or no headers were given.</summary>
/// <remarks>Cookies are those of the header <c>Cookie</c>. What a <c>CookieContainer</c> adds is added behind the choice and not seen here.</remarks>
public readonly struct RequestHeaders
{
    private const string CookieName = "Cookie";

    private readonly object? _source;

    /// <summary>The headers of an HTTP request.</summary>
    /// <param name="request">The request.</param>
    public RequestHeaders(HttpRequestMessage request) => _source = request;

    /// <summary>Headers by name, for what is no HTTP request.</summary>
    /// <param name="headers">The headers; names are compared without regard to case.</param>
    public RequestHeaders(IReadOnlyDictionary<string, string> headers) => _source = headers;

    /// <summary>The value of a header, or null. Several values are one text, joined as the header's rule says.</summary>
    /// <param name="name">The header's name.</param>
    public string? Find(string name) => _source switch
    {
        HttpRequestMessage request => request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null,
        IReadOnlyDictionary<string, string> headers => headers.TryGetValue(name, out var value) ? value
            : headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value,
        _ => null,
    };

    /// <summary>The value of a cookie, or null.</summary>
    /// <param name="name">The cookie's name; its case matters.</param>
    public string? FindCookie(string name)
    {
        if (Find(CookieName) is not { } cookies)
        {
            return null;
        }

        foreach (var part in cookies.AsSpan().Split(';'))
        {
            var cookie = cookies.AsSpan(part).Trim();
            if (cookie.Length > name.Length && cookie[name.Length] == '=' && cookie.StartsWith(name, StringComparison.Ordinal))
            {
                return cookie[(name.Length + 1)..].ToString();
            }
        }

        return null;
    }
}
