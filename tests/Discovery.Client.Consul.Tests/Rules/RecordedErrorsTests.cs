using System.Net;

namespace Discovery.Client.Consul.Tests.Rules;

/// <summary>Every error that was recorded, and what is made of it.</summary>
public sealed class RecordedErrorsTests
{
    private static readonly string[] Files = ["consul-errors.txt", "consul-acl.txt", "consul-noleader.txt"];

    private static readonly (int Status, string Text, ConsulError Meaning)[] Meanings =
    [
        (400, "Invalid", ConsulError.Refused),
        (400, "Request decode failed", ConsulError.Refused),
        (400, "Missing service name", ConsulError.Refused),
        (400, "Status for checks must", ConsulError.Refused),
        (403, "Permission denied", ConsulError.Refused),
        (403, "ACL not found", ConsulError.Refused),
        (404, "unknown service ID", ConsulError.NotFound),
        (404, "[]", ConsulError.NotFound),
        (405, "method GET not allowed", ConsulError.Refused),
        (429, "{\"AggregatedStatus\":\"warning\"", ConsulError.Throttled),
        (500, "CheckID \"service:nope\" does not have associated TTL", ConsulError.Transient),
        (500, "Unknown check \"service:nope\"", ConsulError.Transient),
        (500, "No cluster leader", ConsulError.Transient),
        (500, "rpc error making call: EOF", ConsulError.Transient),
        (503, "critical", ConsulError.Transient),
    ];

    [Fact]
    public void Sort_EveryRecordedError_IsOneThatIsKnown()
    {
        var errors = Files.SelectMany(RecordedAnswers.Read).Where(answer => answer.Status >= 400).ToArray();
        Assert.Equal(40, errors.Length);
        var used = errors.Select(error =>
        {
            var meaning = Assert.Single(Meanings, meaning => meaning.Status == error.Status && error.Body.StartsWith(meaning.Text, StringComparison.Ordinal));
            Assert.Equal(meaning.Meaning, ConsulErrors.Sort((HttpStatusCode)error.Status, error.Body));
            return meaning;
        });
        Assert.Equal(Meanings.Length, used.Distinct().Count());
    }

    [Fact]
    public void IsLeaseLost_RecordedHeartbeats_OnlyThoseForAnUnknownCheck()
    {
        var heartbeats = Files.SelectMany(RecordedAnswers.Read).Where(answer => answer.Request.StartsWith("PUT /v1/agent/check/pass/", StringComparison.Ordinal)).ToArray();
        Assert.All(heartbeats, answer => Assert.Equal(answer.Request.Contains("nope", StringComparison.Ordinal), ConsulErrors.IsLeaseLost((HttpStatusCode)answer.Status, answer.Body)));
        Assert.Equal(2, heartbeats.Count(answer => answer.Request.Contains("nope", StringComparison.Ordinal)));
        Assert.Contains(heartbeats, answer => answer.Status == 403);
    }
}
