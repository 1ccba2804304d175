using Xunit;

namespace Discovery.Client.Tests.Abstractions;

public sealed class ServiceInstanceTests
{
    private static readonly ServiceInstance Plain = new() { ServiceName = "orders", InstanceId = "one", Host = "10.0.0.5", Port = 8080 };

    public static TheoryData<ServiceInstance, string> Texts => new()
    {
        { Plain, "orders/one at 10.0.0.5:8080" },
        { Plain with { Scheme = "https", PathPrefix = "/api", Metadata = Plain.Metadata.Add("token", "secret") }, "orders/one at https://10.0.0.5:8080/api" },
        { Plain with { Host = "fe80::1", Status = ServiceStatus.Down }, "orders/one at [fe80::1]:8080, Down" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void ToString_SaysWhoAndWhere(ServiceInstance instance, string text) => Assert.Equal(text, instance.ToString());
}
