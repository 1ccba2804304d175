using System.Net.Sockets;

namespace Discovery.Client.Adapters;

/// <summary>What failed in a request over HTTP.</summary>
internal static class HttpFailure
{
    /// <summary>In words, with the cause where the message does not have it already.</summary>
    public static string Reason(Exception error)
        => error.InnerException is { } inner && !error.Message.Contains(inner.Message, StringComparison.Ordinal) ? $"{error.Message} {inner.Message}" : error.Message;

    /// <summary>Whether nothing listened at the address, as the error or one of its causes says.</summary>
    public static bool IsRefused(Exception? error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return true;
            }
        }

        return false;
    }
}
