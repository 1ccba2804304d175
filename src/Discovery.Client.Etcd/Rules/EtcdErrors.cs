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

        // A learner, and whatever is no member at all, refuses what others would not.
        StatusCode.FailedPrecondition when Contains(detail, "not supported for learner") => EtcdError.MemberFailed,
        StatusCode.Unimplemented => EtcdError.MemberFailed,
        StatusCode.Aborted => EtcdError.Transient,
        _ => EtcdError.Refused,
    };

    /// <summary>What the reason of a refused watch means. It is all there is: the status is inside the text.</summary>
    public static EtcdError SortReason(string reason)
        => IsTokenText(reason) || Contains(reason, "code = Unauthenticated") ? EtcdError.TokenInvalid
            : Contains(reason, "permission denied") ? EtcdError.Refused
            : EtcdError.Transient;

    /// <summary>What failed, in words: each cause once, since the detail of a failure of transport repeats the messages that its causes repeat.</summary>
    public static string Text(Status status)
    {
        var text = "";
        for (var cause = status.DebugException; cause is not null; cause = cause.InnerException)
        {
            // Behind the message stands its kind, in brackets, with some and not with others.
            var message = cause.Message.Replace(" (HttpProtocolError)", "", StringComparison.Ordinal);
            text += Contains(text, message) ? "" : (text.Length > 0 ? " " : "") + message;
        }

        return text.Length > 0 ? text : status.Detail.Length > 0 ? status.Detail : status.StatusCode.ToString();
    }

    /// <summary>What to do about it, in words, where the cause is a setting; else nothing.</summary>
    /// <param name="isTls">Whether the endpoint says https.</param>
    /// <param name="text">What failed, with its causes.</param>
    /// <param name="userName">The user that is configured; null: none.</param>
    public static string Advice(bool isTls, string text, string? userName)
        => !isTls && SchemeMismatch.LacksTls(text) ? " Perhaps the server speaks TLS: then the endpoint must begin with https."
            : isTls && SchemeMismatch.HasTlsTooMuch(text) ? " Perhaps the server does not speak TLS: then the endpoint must begin with http."
            : !isTls && Contains(text, "PROTOCOL_ERROR") ? " Perhaps this is the port for other members (usually 2380): clients use another one (usually 2379)."
            : isTls && Contains(text, "RemoteCertificateNameMismatch") ? " The member's certificate is not for the endpoint's host: set ServerName to a name that it is for."
            : isTls && Contains(text, "RemoteCertificateChainErrors") ? " The authority that signed the member's certificate is not trusted: set CaFile."
            : Contains(text, "permission denied") ? $" A role of {(userName is null ? "the client certificate's user" : $"the user '{userName}'")} has to grant it for the whole range of keys."
            : Contains(text, "user name is empty") && userName is null ? " Authentication is on: set UserName and Password, or show a client certificate whose common name is a user."
            : "";

    private static bool IsTokenText(string text) => TokenTexts.Any(known => Contains(text, known));

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.Ordinal);
}
