using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>What all connections of one backend share.</summary>
internal sealed class GrpcContext(NacosOptions options, BackendTls tls, INacosCredentials credentials, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>How this library calls itself to servers.</summary>
    public static readonly string ClientVersion = $"Discovery.Client:v{typeof(GrpcContext).Assembly.GetName().Version?.ToString(3)}";

    public NacosOptions Options { get; } = options;

    public BackendTls Tls { get; } = tls;

    public INacosCredentials Credentials { get; } = credentials;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ILogger Logger { get; } = logger;

    /// <summary>Whether abilities are negotiated with servers that can; the protocol before 2.3 knows none.</summary>
    public bool NegotiatesAbilities { get; init; } = true;

    /// <summary>Where gRPC is spoken.</summary>
    public Uri AddressOf(Uri endpoint)
        => new UriBuilder(Options.GrpcTls ?? endpoint.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, endpoint.Host, endpoint.Port + Options.GrpcPortOffset).Uri;

    /// <summary>What failed, with its causes and what to do about it where that is a setting.</summary>
    public string Explain(Exception error, Uri endpoint)
    {
        var text = error is RpcException { Status.Detail.Length: > 0 } call ? call.Status.Detail : error.Message;
        var first = error is RpcException { Status.DebugException: { } inner } ? inner : error.InnerException;
        for (var cause = first; cause is not null; cause = cause.InnerException)
        {
            text += text.Contains(cause.Message, StringComparison.Ordinal) ? "" : " " + cause.Message;
        }

        return text + GrpcAdvice.For(text, AddressOf(endpoint), HttpFailure.IsRefused(first));
    }
}
