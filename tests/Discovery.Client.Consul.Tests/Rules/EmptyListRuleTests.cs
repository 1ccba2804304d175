using System.Net;

namespace Discovery.Client.Consul.Tests.Rules;

public sealed class EmptyListRuleTests
{
    [Theory]
    [InlineData(false, false, null, null, null)]
    [InlineData(true, false, true, true, null)]
    [InlineData(true, true, null, null, "lacks rights")]
    [InlineData(false, true, null, null, "lacks rights")]
    [InlineData(true, false, false, null, "service:read")]
    [InlineData(true, false, null, null, "service:read")]
    [InlineData(true, false, true, false, "node:read")]
    [InlineData(true, false, true, null, "node:read")]
    [InlineData(null, false, null, null, "service:read")]
    public void Doubt_Evidence_OnlyFullEvidenceIsBelieved(bool? acls, bool filtered, bool? mayRead, bool? nodes, string? doubt)
    {
        var found = EmptyListRule.Doubt(new(acls, filtered, mayRead, nodes));
        Assert.Equal(doubt is null, found is null);
        Assert.Contains(doubt ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "ACL support disabled", false)]
    [InlineData(401, "who are you", true)]
    [InlineData(200, "{}", true)]
    [InlineData(403, "ACL not found", true)]
    [InlineData(500, "rpc error making call: ACL not found", true)]
    [InlineData(500, "No cluster leader", null)]
    [InlineData(429, "", null)]
    [InlineData(503, "rate limit exceeded", null)]
    public void AclsEnabled_Answer_OnlyAFailureSaysNothing(int status, string body, bool? expected)
        => Assert.Equal(expected, EmptyListRule.AclsEnabled((HttpStatusCode)status, body));

    [Theory]
    [InlineData(200, "[{}]", true)]
    [InlineData(404, "[]", true)]
    [InlineData(429, "[{}]", true)]
    [InlineData(503, "[{}]", true)]
    [InlineData(403, "Permission denied", false)]
    [InlineData(500, "Permission denied", false)]
    [InlineData(500, "[]", null)]
    [InlineData(404, "404 page not found", null)]
    [InlineData(429, "Your IP is issuing too many concurrent connections", null)]
    [InlineData(503, "rate limit exceeded", null)]
    [InlineData(200, "<html>", null)]
    public void MayRead_Answer_OnlyAListOrADenialSaysSomething(int status, string body, bool? expected)
        => Assert.Equal(expected, EmptyListRule.MayRead((HttpStatusCode)status, body));

    [Theory]
    [InlineData(200, "[{\"ID\":\"x", true)]
    [InlineData(200, "[]", false)]
    [InlineData(403, "ACL not found", false)]
    [InlineData(500, "No cluster leader", null)]
    [InlineData(429, "", null)]
    public void SeesNodes_Answer_OnlyAFailureSaysNothing(int status, string body, bool? expected)
        => Assert.Equal(expected, EmptyListRule.SeesNodes((HttpStatusCode)status, body));
}
