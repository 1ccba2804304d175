namespace Discovery.Client.Consul.Tests;

public sealed class ConsulPathsTests
{
    [Theory]
    [InlineData("orders", null, null, null, false, false, 0, "/v1/health/service/orders?near=_agent")]
    [InlineData("orders", null, null, null, false, false, 7, "/v1/health/service/orders?near=_agent&index=7&wait=30000ms")]
    [InlineData("orders", null, null, null, true, false, 7, "/v1/health/service/orders?index=7&wait=30000ms")]
    [InlineData("orders", null, null, null, false, true, 0, "/v1/health/service/orders?consistent")]
    [InlineData("orders", null, null, "eu", false, false, 0, "/v1/health/service/orders?dc=eu&near=_agent")]
    [InlineData("orders", "us", null, "eu", false, true, 0, "/v1/health/service/orders?dc=us&consistent")]
    [InlineData("orders/v2 ?", null, "a&b", null, true, true, 0, "/v1/health/service/orders%2Fv2%20%3F?ns=a%26b&consistent")]
    public void Health_Query_IsWrittenOut(string name, string? datacenter, string? ns, string? ownDatacenter, bool streaming, bool consistent, int index, string expected)
        => Assert.Equal(
            expected,
            ConsulPaths.Health(
                new(name) { Datacenter = datacenter, Namespace = ns }, new() { Datacenter = ownDatacenter, Streaming = streaming }, consistent, (ulong)index, TimeSpan.FromSeconds(30)));

    [Fact]
    public void Register_Checks_AreReplaced() => Assert.Equal("/v1/agent/service/register?replace-existing-checks=true", ConsulPaths.Register(null));

    [Fact]
    public void Services_Datacenter_IsTheConfiguredOne()
        => Assert.Equal("/v1/catalog/services?dc=eu&index=3&wait=1000ms", ConsulPaths.Services(new() { Datacenter = "eu" }, 3, TimeSpan.FromSeconds(1)));
}
