namespace Discovery.Client.Http;

/// <summary>Tells a request whose content the caller could not deliver from one that the instance did not take. .NET wraps both alike.</summary>
internal static class UploadFailure
{
    /// <summary>
    /// Whether it is certain that what the caller's content is read from has failed: by a type of exception of its own, such as a server has for connections that its clients gave up (ConnectionResetException, BadHttpRequestException)
    /// or an <see cref="EndOfStreamException"/>. A plain <see cref="IOException"/> may have come from the connection to the instance.
    /// </summary>
    /// <param name="failure">What the send threw.</param>
    /// <param name="request">The request, with the caller's content.</param>
    public static bool IsOfTheCaller(Exception failure, HttpRequestMessage request)
        => request.Content is not null && failure is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException inner } && !IsOfTransport(inner.GetType());

    // HttpIOException, HttpProtocolException, QuicException.
    private static bool IsOfTransport(Type type) => type == typeof(IOException) || type.Namespace?.StartsWith("System.Net", StringComparison.Ordinal) == true;
}
