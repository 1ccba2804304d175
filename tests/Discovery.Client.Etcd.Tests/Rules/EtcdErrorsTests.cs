using Grpc.Core;

namespace Discovery.Client.Etcd.Tests.Rules;

public sealed class EtcdErrorsTests
{
    [Theory]
    [InlineData(StatusCode.Unavailable, "Error connecting to subchannel.", "MemberFailed")]
    [InlineData(StatusCode.Unavailable, "etcdserver: no leader", "MemberFailed")]
    [InlineData(StatusCode.Unavailable, "etcdserver: request timed out", "MemberFailed")]
    [InlineData(StatusCode.Internal, "Error starting gRPC call. The HTTP/2 server didn't respond to a ping request", "MemberFailed")]
    [InlineData(StatusCode.DeadlineExceeded, "context deadline exceeded", "MemberFailed")]
    [InlineData(StatusCode.Unknown, "context deadline exceeded", "MemberFailed")]
    [InlineData(StatusCode.Cancelled, "gRPC call disposed.", "MemberFailed")]
    [InlineData(StatusCode.ResourceExhausted, "HTTP/2 error code 'ENHANCE_YOUR_CALM' (0xb)", "MemberFailed")]
    [InlineData(StatusCode.ResourceExhausted, "etcdserver: too many requests", "Transient")]
    [InlineData(StatusCode.ResourceExhausted, "grpc: received message larger than max (2097162 vs. 2097152)", "Refused")]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: request is too large", "Refused")]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: user name is empty", "TokenInvalid")]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: revision of auth store is old", "TokenInvalid")]
    [InlineData(StatusCode.Unauthenticated, "etcdserver: invalid auth token", "TokenInvalid")]
    [InlineData(StatusCode.InvalidArgument, "etcdserver: authentication failed, invalid user ID or password", "Refused")]
    [InlineData(StatusCode.PermissionDenied, "etcdserver: permission denied", "Refused")]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: authentication is not enabled", "AuthenticationOff")]
    [InlineData(StatusCode.NotFound, "etcdserver: requested lease not found", "LeaseNotFound")]
    [InlineData(StatusCode.OutOfRange, "etcdserver: mvcc: required revision has been compacted", "RevisionGone")]
    [InlineData(StatusCode.OutOfRange, "etcdserver: mvcc: required revision is a future revision", "RevisionGone")]
    [InlineData(StatusCode.Unimplemented, "unknown service", "MemberFailed")]
    [InlineData(StatusCode.FailedPrecondition, "etcdserver: rpc not supported for learner", "MemberFailed")]
    public void Sort_WhatArrivesThroughDotNet_IsWhatItMeans(StatusCode status, string detail, string expected)
        => Assert.Equal(expected, EtcdErrors.Sort(status, detail).ToString());

    [Fact]
    public void Text_CausesThatRepeatEachOther_EachOnce()
    {
        var error = new HttpRequestException("Sent invalid data (0x1). (HttpProtocolError)", new IOException("Sent invalid data (0x1). (HttpProtocolError)", new IOException("Reset.")));
        Assert.Equal("Sent invalid data (0x1). Reset.", EtcdErrors.Text(new Status(StatusCode.Internal, "Error starting gRPC call. HttpRequestException: Sent …", error)));
        Assert.Equal("etcdserver: no leader", EtcdErrors.Text(new Status(StatusCode.Unavailable, "etcdserver: no leader")));
    }

    [Theory]
    [InlineData(false, "HTTP/2 error code 'PROTOCOL_ERROR' (0x1)", "2379")]
    [InlineData(true, "errors: RemoteCertificateNameMismatch, RemoteCertificateChainErrors", "ServerName")]
    [InlineData(true, "errors: RemoteCertificateChainErrors", "CaFile")]
    public void Advice_ACauseThatIsASetting_NamesIt(bool isTls, string text, string expected)
        => Assert.Contains(expected, EtcdErrors.Advice(isTls, text, userName: null), StringComparison.Ordinal);

    [Theory]
    [InlineData("rpc error: code = PermissionDenied desc = etcdserver: permission denied", "Refused")]
    [InlineData("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token", "TokenInvalid")]
    [InlineData("rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old", "TokenInvalid")]
    [InlineData("mvcc: duplicate watch ID provided on the WatchStream", "Transient")]
    [InlineData("", "Transient")]
    public void SortReason_OfARefusedWatch_IsWhatItMeans(string reason, string expected) => Assert.Equal(expected, EtcdErrors.SortReason(reason).ToString());
}
