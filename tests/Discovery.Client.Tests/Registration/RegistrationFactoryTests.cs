using Discovery.Client.Registration;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class RegistrationFactoryTests
{
    [Fact]
    public void Create_Whole_MapsEverything()
    {
        var options = new RegistrationOptions
        {
            ServiceName = "orders",
            Address = new Uri("https://[fd00::5]:8443/shop/v1/"),
            TimeToLive = TimeSpan.FromSeconds(30),
            Weight = 2.5,
            Zone = "eu-1",
            Version = "1.4",
            Status = ServiceStatus.Starting,
            Namespace = "team",
            Group = "blue",
            Endpoints = { ["admin"] = new Uri("http://10.0.0.5:9090/x") },
            Metadata = { ["k"] = "v" },
        };

        var registration = RegistrationFactory.Create("", options);

        var instance = registration.Instance;
        Assert.Equal(("orders", "orders-fd00::5-8443", "fd00::5", 8443, "https", "/shop/v1"), (instance.ServiceName, instance.InstanceId, instance.Host, instance.Port, instance.Scheme, instance.PathPrefix));
        Assert.Equal((2.5, "eu-1", "1.4", ServiceStatus.Starting), (instance.Weight, instance.Zone, instance.Version, instance.Status));
        Assert.Equal(new ServiceEndpoint("10.0.0.5", 9090, "http", "/x"), instance.Endpoints["admin"]);
        Assert.Equal("v", instance.Metadata["k"]);
        Assert.Equal((TimeSpan.FromSeconds(30), "team", "blue"), (registration.TimeToLive, registration.Namespace, registration.Group));
    }

    [Fact]
    public void Create_DefaultPortAndPath_AreWhatTheAddressMeans()
    {
        var instance = RegistrationFactory.Create("", Options("http://Orders.Example")).Instance;

        Assert.Equal(("orders.example", 80, null), (instance.Host, instance.Port, instance.PathPrefix));
    }

    [Fact]
    public void Create_Twice_HasTheSameId()
        => Assert.Equal(RegistrationFactory.Create("", Options("http://10.0.0.5:80")).Instance.InstanceId, RegistrationFactory.Create("", Options("http://10.0.0.5:80")).Instance.InstanceId);

    [Fact]
    public void Create_LongName_StillHasAnIdWithHostAndPort()
    {
        var options = Options("http://10.0.0.5:8080");
        options.ServiceName = new string('n', 198) + "😀";

        var id = RegistrationFactory.Create("", options).Instance.InstanceId;

        Assert.EndsWith("-10.0.0.5-8080", id, StringComparison.Ordinal);
        Assert.Equal(ServiceName.MaxLength, id.Length);
    }

    [Theory]
    [InlineData(null, "is missing")]
    [InlineData("http://0.0.0.0:80", "every interface")]
    [InlineData("http://[::]:80", "every interface")]
    [InlineData("http://[::ffff:0.0.0.0]:80", "every interface")]
    [InlineData("http://10.0.0.5:0", "port 0")]
    [InlineData("grpc://10.0.0.5", "there is none")]
    [InlineData("http://user:secret@10.0.0.5:80", "user information")]
    [InlineData("http://10.0.0.5:80/?q=1", "a query or a fragment")]
    [InlineData("http://10.0.0.5:80/#f", "a query or a fragment")]
    [InlineData("relative/path", "absolute address")]
    public void Create_BadAddress_NamesItsPath(string? address, string reason)
    {
        var error = Assert.Throws<DiscoveryConfigurationException>(() => RegistrationFactory.Create("", Options(address)));

        var line = Assert.Single(error.Errors);
        Assert.StartsWith("Discovery:Registration:Address ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("+")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Reject_ListenerHosts_SaysWhy(string host) => Assert.Contains("every interface", AdvertisedAddress.Reject(host, 80), StringComparison.Ordinal);

    [Fact]
    public void Create_AllWrong_ReportsAllAtOnce()
    {
        var options = new RegistrationOptions { TimeToLive = TimeSpan.Zero, Weight = double.NaN, InstanceId = " x", Endpoints = { ["admin"] = new Uri("http://0.0.0.0:1") } };

        var error = Assert.Throws<DiscoveryConfigurationException>(() => RegistrationFactory.Create("admin", options));

        Assert.Equal(
            ["Address", "Endpoints:admin", "ServiceName", "TimeToLive", "Weight", "InstanceId"],
            error.Errors.Select(line => line["Discovery:Registrations:admin:".Length..line.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.All(error.Errors, line => Assert.DoesNotContain("Parameter", line, StringComparison.Ordinal));
        Assert.All(error.Errors, line => Assert.Matches(@"[^.]\.$", line));
    }

    private static RegistrationOptions Options(string? address)
        => new() { ServiceName = "orders", Address = address is null ? null : new Uri(address, UriKind.RelativeOrAbsolute) };
}
