using System.Net;

namespace Discovery.Client.Consul.Tests.Rules;

public sealed class ConsulErrorsTests
{
    [Theory]
    [InlineData(400, "Invalid Service Meta: Key contains invalid characters", ConsulError.Refused)]
    [InlineData(403, "ACL not found", ConsulError.Refused)]
    [InlineData(403, "Permission denied: Missing service:write on web", ConsulError.Refused)]
    [InlineData(500, "rpc error making call: Permission denied", ConsulError.Refused)]
    [InlineData(500, "rpc error making call: ACL not found", ConsulError.Refused)]
    [InlineData(404, "Unknown service ID \"nope\".", ConsulError.NotFound)]
    [InlineData(405, "method GET not allowed", ConsulError.Refused)]
    [InlineData(429, "", ConsulError.Throttled)]
    [InlineData(429, "RPC rate limit exceeded", ConsulError.Throttled)]
    [InlineData(429, "Your IP is issuing too many concurrent connections, please rate limit your calls\n", ConsulError.Throttled)]
    [InlineData(503, "rate limit exceeded for operation that can only be performed by the leader, try again later", ConsulError.Throttled)]
    [InlineData(500, "No cluster leader", ConsulError.Transient)]
    [InlineData(500, "rpc error making call: EOF", ConsulError.Transient)]
    [InlineData(500, "No path to datacenter", ConsulError.Transient)]
    [InlineData(503, "error reading from server: EOF", ConsulError.Transient)]
    [InlineData(301, "", ConsulError.Refused)]
    internal void Sort_RecordedAnswers_AreWhatTheyMean(int status, string body, ConsulError expected)
        => Assert.Equal(expected, ConsulErrors.Sort((HttpStatusCode)status, body));

    [Theory]
    [InlineData(404, "Unknown check ID \"service:nope\". Ensure that the check ID is passed, not the check name.", true)]
    [InlineData(500, "CheckID \"service:nope\" does not have associated TTL", true)]
    [InlineData(500, "Unknown check \"service:nope\"", true)]
    [InlineData(500, "No cluster leader", false)]
    [InlineData(503, "Unknown check", false)]
    [InlineData(403, "Permission denied", false)]
    [InlineData(429, "", false)]
    public void IsLeaseLost_RecordedAnswers_OnlyAnUnknownCheck(int status, string body, bool lost)
        => Assert.Equal(lost, ConsulErrors.IsLeaseLost((HttpStatusCode)status, body));

    [Theory]
    [InlineData(429, "Your IP is issuing too many concurrent connections, please rate limit your calls\n", "http_max_conns_per_client")]
    [InlineData(429, "rate limit exceeded, try again later or against a different server", "request_limits")]
    [InlineData(429, "RPC rate limit exceeded", "rpc_rate")]
    [InlineData(429, "", "rpc_rate")]
    [InlineData(503, "rate limit exceeded for operation that can only be performed by the leader, try again later", "writes")]
    [InlineData(500, "a\r\nb", "a  b")]
    public void Explain_Throttling_TellsItsMeaningsApart(int status, string body, string expected)
        => Assert.Contains(expected, ConsulErrors.Explain((HttpStatusCode)status, body), StringComparison.Ordinal);

    [Fact]
    public void Explain_HugeBody_IsCut() => Assert.Equal(300, ConsulErrors.Explain(HttpStatusCode.InternalServerError, new string('x', 100_000)).Length);
}
