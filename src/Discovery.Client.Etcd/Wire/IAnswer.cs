namespace Discovery.Client.Etcd.Wire;

/// <summary>An answer that says which store gave it, and how far that store was.</summary>
internal interface IAnswer
{
    ResponseHeader? Header { get; }
}

internal sealed partial class RangeResponse : IAnswer;

internal sealed partial class TxnResponse : IAnswer;

internal sealed partial class LeaseGrantResponse : IAnswer;

internal sealed partial class LeaseRevokeResponse : IAnswer;

internal sealed partial class LeaseKeepAliveResponse : IAnswer;

internal sealed partial class LeaseTimeToLiveResponse : IAnswer;

internal sealed partial class AuthenticateResponse : IAnswer;
