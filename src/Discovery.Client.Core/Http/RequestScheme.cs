namespace Discovery.Client.Http;

/// <summary>What a request's URI asks for.</summary>
internal enum RequestScheme
{
    /// <summary>The instance's http address; its https one if it has no other.</summary>
    Http,

    /// <summary>An https address and nothing else.</summary>
    Https,

    /// <summary>The instance's https address; its http one if it has no other.</summary>
    HttpsThenHttp,

    /// <summary>As <see cref="Http"/>, for WebSockets.</summary>
    Ws,

    /// <summary>As <see cref="Https"/>, for WebSockets.</summary>
    Wss,
}
