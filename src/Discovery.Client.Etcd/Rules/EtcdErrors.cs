using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>What a failed call means.</summary>
internal enum EtcdError
{
    /// <summary>The registry refuses this request whenever it is sent.</summary>
    Refused,

    /// <summary>The request may succeed later, at this member too.</summary>
    Transient,

    /// <summary>The member cannot be reached, does not answer, or has no part in the cluster: another one may.</summary>
    MemberFailed,

    /// <summary>The token is not or no longer valid: authenticate and repeat.</summary>
    TokenInvalid,

    /// <summary>There is no such lease.</summary>
    LeaseNotFound,

    /// <summary>The store does not have the revision that was asked for: read again.</summary>
    RevisionGone,

    /// <summary>Authentication is not switched on.</summary>
    AuthenticationOff,
}

/// <summary>Sorts the failures of etcd 3.4 to 3.6 as they arrive through .NET. Texts are looked at only where the status alone does not tell.</summary>
internal static class EtcdErrors
{
    private static readonly string[] TokenTexts = ["invalid auth token", "revision of auth store is old", "user name is empty"];

    public static EtcdError Sort(StatusCode status, string detail) => status switch
    {
        _ when IsTokenText(detail) => EtcdError.TokenInvalid,
        StatusCode.Unauthenticated => EtcdError.TokenInvalid,

        // Transport trouble arrives as Internal (pings, GOAWAY, TLS), a call that somebody else's disposal ended as Cancelled, 3.4's own deadlines as Unknown.
        StatusCode.Unavailable or StatusCode.Internal or StatusCode.DeadlineExceeded or StatusCode.Cancelled or StatusCode.Unknown => EtcdError.MemberFailed,
        StatusCode.ResourceExhausted => Contains(detail, "ENHANCE_YOUR_CALM") ? EtcdError.MemberFailed : Contains(detail, "larger than max") ? EtcdError.Refused : EtcdError.Transient,
        StatusCode.NotFound when Contains(detail, "lease not found") => EtcdError.LeaseNotFound,
        StatusCode.OutOfRange when Contains(detail, "required revision") => EtcdError.RevisionGone,
        StatusCode.FailedPrecondition when Contains(detail, "authentication is not enabled") => EtcdError.AuthenticationOff,
        StatusCode.Aborted => EtcdError.Transient,
        _ => EtcdError.Refused,
    };

    /// <summary>What the reason of a refused watch means. It is all there is: the status is inside the text.</summary>
    public static EtcdError SortReason(string reason)
        => IsTokenText(reason) || Contains(reason, "code = Unauthenticated") ? EtcdError.TokenInvalid
            : Contains(reason, "permission denied") ? EtcdError.Refused
            : EtcdError.Transient;

    /// <summary>What to do about it, in words, where the cause is a setting; else nothing.</summary>
    /// <param name="isTls">Whether the endpoint says https.</param>
    /// <param name="text">What failed, with its causes.</param>
    /// <param name="hasUser">Whether a user is configured.</param>
    public static string Advice(bool isTls, string text, bool hasUser)
        => !isTls && Contains(text, "HTTP/2 handshake") ? " Perhaps the server speaks TLS: then the endpoint must begin with https."
            : isTls && (Contains(text, "unexpected EOF") || Contains(text, "Cannot determine the frame size") || Contains(text, "HTTP/1.1 response")) ? " Perhaps the server does not speak TLS: then the endpoint must begin with http."
            : Contains(text, "user name is empty") && !hasUser ? " Authentication is on: set UserName and Password, or show a client certificate whose common name is a user."
            : "";

    private static bool IsTokenText(string text) => TokenTexts.Any(known => Contains(text, known));

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
