namespace Discovery.Client.Consul.Tests.Rules;

public sealed class DuplicateIdsTests
{
    [Fact]
    public void Resolve_OneIdAtTwoAddresses_OldestKeepsTheId()
    {
        var resolved = DuplicateIds.Resolve([Make("a", 1, "n1", 20), Make("a", 2, "n2", 10), Make("b", 3, "n1", 30)]);
        Assert.Equal(["a 2", "a@n1 1", "b 3"], resolved.Select(i => $"{i.InstanceId} {i.Port}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Resolve_OneInstanceAtTwoAgents_IsOneAndTheBetterStatusCounts()
    {
        var dead = Make("a", 1, "n1", 10);
        var resolved = DuplicateIds.Resolve([dead with { Instance = dead.Instance with { Status = ServiceStatus.Down } }, Make("a", 1, "n2", 20)]);
        Assert.Equal(ServiceStatus.Up, Assert.Single(resolved).Status);
    }

    [Fact]
    public void Resolve_LongIds_StayValid()
    {
        var id = new string('x', ServiceName.MaxLength);
        var resolved = DuplicateIds.Resolve([Make(id, 1, "n1", 1), Make(id, 2, "n2", 2)]);
        Assert.Equal(2, resolved.Select(i => ServiceName.Validate(i.InstanceId)).Distinct().Count());
    }

    private static DecodedInstance Make(string id, int port, string node, ulong created) => new(TestKit.Instance(id: id, port: port), node, created);
}
