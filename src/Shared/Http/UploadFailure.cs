using System.Net.Sockets;

namespace Discovery.Client.Http;

/// <summary>Tells a request whose content the caller could not deliver from one that the instance did not take. .NET wraps both alike.</summary>
internal static class UploadFailure
{
    /// <summary>Whether what the caller's content is read from has failed: a file, or a connection of his own. Not told apart from the instance's: a content that is itself the body of a response.</summary>
    /// <param name="failure">What the send threw.</param>
    /// <param name="request">The request, with the caller's content.</param>
    public static bool IsOfTheCaller(Exception failure, HttpRequestMessage request)
        => request.Content is not null && failure is HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException inner } && !IsOfTransport(inner);

    // What sockets, TLS and HTTP/2 throw when they are written to. Servers tell of connections of their own by types of their own.
    private static bool IsOfTransport(IOException exception)
        => exception is HttpIOException
            || (exception.GetType() == typeof(IOException) && (exception.InnerException is SocketException or HttpIOException || (exception.InnerException is IOException inner && IsOfTransport(inner))));
}
