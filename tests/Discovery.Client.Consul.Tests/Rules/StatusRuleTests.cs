namespace Discovery.Client.Consul.Tests.Rules;

public sealed class StatusRuleTests
{
    [Theory]
    [InlineData("", ServiceStatus.Up)]
    [InlineData("serfHealth=passing,service:a=passing", ServiceStatus.Up)]
    [InlineData("serfHealth=passing,service:a=warning", ServiceStatus.Warning)]
    [InlineData("serfHealth=passing,service:a=critical", ServiceStatus.Down)]
    [InlineData("serfHealth=critical,service:a=passing", ServiceStatus.Down)]
    [InlineData("service:a=warning,service:a:2=critical", ServiceStatus.Down)]
    [InlineData("service:a=passing,_service_maintenance:a=critical", ServiceStatus.OutOfService)]
    [InlineData("service:a=passing,_node_maintenance=critical", ServiceStatus.OutOfService)]
    [InlineData("service:a=critical,_service_maintenance:a=critical", ServiceStatus.Down)]
    [InlineData("service:a=something-new", ServiceStatus.Down)]
    public void Combine_Checks_WorstWinsAndDeathBeforeMaintenance(string checks, ServiceStatus expected)
        => Assert.Equal(expected, StatusRule.Combine(Parse(checks), starting: false));

    [Fact]
    public void Combine_MaintenanceOfOneThatStarts_IsStarting()
    {
        Assert.Equal(ServiceStatus.Starting, StatusRule.Combine(Parse("service:a=passing,_service_maintenance:a=critical"), starting: true));
        Assert.Equal(ServiceStatus.Up, StatusRule.Combine(Parse("service:a=passing"), starting: true));
    }

    [Theory]
    [InlineData(ServiceStatus.Up, "pass", "passing", false)]
    [InlineData(ServiceStatus.Warning, "warn", "warning", false)]
    [InlineData(ServiceStatus.Down, "fail", "critical", false)]
    [InlineData(ServiceStatus.OutOfService, "pass", "passing", true)]
    [InlineData(ServiceStatus.Starting, "pass", "passing", true)]
    public void Verb_Status_HeartbeatAndCheckAgree(ServiceStatus status, string verb, string check, bool maintenance)
    {
        Assert.Equal(verb, StatusRule.Verb(status));
        Assert.Equal(check, StatusRule.CheckStatus(status));
        Assert.Equal(maintenance, StatusRule.NeedsMaintenance(status));
    }

    private static IEnumerable<(string?, string?)> Parse(string checks)
        => checks.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(check => check.Split('=')).Select(parts => ((string?)parts[0], (string?)parts[1]));
}
