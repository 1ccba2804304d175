namespace Discovery.Client.Tests.Simulation;

internal static class Instances
{
    public static ServiceInstance Of(string service, string id, double weight = 1, ServiceStatus status = ServiceStatus.Up)
        => new() { ServiceName = service, InstanceId = id, Host = "10.0.0.1", Port = 80, Weight = weight, Status = status };

    public static ServiceSnapshot List(ulong number, params string[] ids) => List(new SnapshotVersion(1, number), null, ids);

    public static ServiceSnapshot List(SnapshotVersion version, ServiceSnapshot? previous, params string[] ids)
        => ServiceSnapshot.Create(ids.Select(id => Of("orders", id)), version, previous);

    public static string Ids(IEnumerable<ServiceInstance> instances) => string.Join(',', instances.Select(instance => instance.InstanceId));
}
