using System.Text.Json.Serialization.Metadata;
using Grpc.Core;

namespace Discovery.Client.Nacos;

/// <summary>Calls on a connection: one attempt each within a deadline (and one more with other credentials), the answer or a typed error.</summary>
internal static class GrpcCalls
{
    /// <param name="connection">The connection.</param>
    /// <param name="context">What it shares with others.</param>
    /// <param name="what">What is asked, for messages.</param>
    /// <param name="type">Its type on the wire.</param>
    /// <param name="body">The request.</param>
    /// <param name="request">How it is written.</param>
    /// <param name="response">How the answer is read.</param>
    /// <param name="resource">What it is about, where signatures cover it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="NacosException">It failed.</exception>
    public static async Task<TResponse> AskAsync<TRequest, TResponse>(
        this NacosConnection connection, GrpcContext context, string what, string type, TRequest body, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, string? resource, CancellationToken cancellationToken)
        where TResponse : NacosResponse
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var again = false; ; again = true)
        {
            // A login that takes its time is no fault of this connection.
            var headers = await context.Credentials.GetAsync(resource, cancellationToken).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(context.Options.RequestTimeout, context.TimeProvider);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            TResponse answer;
            try
            {
                answer = await connection.CallAsync(type, body, request, response, headers, both.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not RegistryException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw limit.IsCancellationRequested
                    ? new NacosException($"{what}: Nacos at {context.AddressOf(connection.Endpoint)} did not answer within {context.Options.RequestTimeout.TotalSeconds:0.###} s.", GrpcError.Transient, connection.Endpoint.Authority, error) { IsUncertain = true }
                    : Failed(connection, context, what, error);
            }

            var sort = GrpcErrors.Sort(answer.ResultCode, answer.ErrorCode);
            if (sort == GrpcError.None)
            {
                return answer;
            }

            if (sort != GrpcError.Forbidden || again || !context.Credentials.Reject(headers))
            {
                throw Refused(connection, context, what, answer, sort);
            }
        }
    }

    private static NacosException Failed(NacosConnection connection, GrpcContext context, string what, Exception error)
    {
        var sort = connection.End is not null ? GrpcError.ConnectionGone : error is RpcException call ? GrpcErrors.Sort(call.StatusCode, call.Status.Detail) : GrpcError.Transient;
        var text = $"{what}: Nacos at {context.AddressOf(connection.Endpoint)}: {context.Explain(error, connection.Endpoint)}";
        if (sort == GrpcError.ConnectionGone)
        {
            connection.Close(context.Explain(error, connection.Endpoint));
        }

        return new(text, sort, sort == GrpcError.ConnectionGone ? connection.Endpoint.Authority : null, error) { IsUncertain = true };
    }

    private static NacosException Refused(NacosConnection connection, GrpcContext context, string what, NacosResponse answer, GrpcError sort)
    {
        var isConnection = sort is GrpcError.ConnectionGone or GrpcError.Starting;
        if (isConnection)
        {
            connection.Close($"The server answered {answer.ErrorCode}: {answer.Message}");
        }

        return new(
            $"{what}: Nacos at {context.AddressOf(connection.Endpoint)} answered {answer.ErrorCode}: {answer.Message}{(sort == GrpcError.Forbidden ? HttpErrors.DeniedAdvice : "")}", sort, isConnection ? connection.Endpoint.Authority : null);
    }
}
