using Discovery.Client.Http;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class TargetRuleTests
{
    [Theory]
    [InlineData("http", "http", "http://h:80")]
    [InlineData("http", "HTTPS", "https://h:80")]
    [InlineData("http", null, "http://h:80")]
    [InlineData("http", "grpc", "http://h:80")]
    [InlineData("http", "dubbo", null)]
    [InlineData("https", "http", null)]
    [InlineData("https", "https", "https://h:80")]
    [InlineData("https", null, "https://h:80")]
    [InlineData("https+http", "http", "http://h:80")]
    [InlineData("https+http", "https", "https://h:80")]
    [InlineData("https+http", null, "http://h:80")]
    [InlineData("ws", "http", "ws://h:80")]
    [InlineData("ws", null, "ws://h:80")]
    [InlineData("ws", "https", "wss://h:80")]
    [InlineData("wss", "https", "wss://h:80")]
    [InlineData("wss", null, "wss://h:80")]
    [InlineData("wss", "http", null)]
    [InlineData("ws", "ws", "ws://h:80")]
    [InlineData("wss", "wss", "wss://h:80")]
    [InlineData("http", "ws", "http://h:80")]
    public void Find_MainAddress(string request, string? scheme, string? expected)
        => Assert.Equal(expected, Find(request, new("h", 80, scheme)));

    [Theory]
    [InlineData("http", "http", "http://h:80")]
    [InlineData("https", "http", "https://h:443")]
    [InlineData("https+http", "http", "https://h:443")]
    [InlineData("https", null, "https://h:443")]
    [InlineData("http", null, "http://h:80")]
    [InlineData("http", "dubbo", "https://h:443")]
    public void Find_EndpointNamedHttps(string request, string? scheme, string? expected)
        => Assert.Equal(expected, Find(request, new("h", 80, scheme), ("https", new("h", 443))));

    [Theory]
    [InlineData("http", null, "http://h:9090/x")]
    [InlineData("http", "https", "https://h:9090/x")]
    [InlineData("https", "http", null)]
    [InlineData("https", null, "https://h:9090/x")]
    [InlineData("https+http", null, "http://h:9090/x")]
    [InlineData("https+http", "https", "https://h:9090/x")]
    [InlineData("ws", null, "ws://h:9090/x")]
    [InlineData("wss", null, "wss://h:9090/x")]
    [InlineData("wss", "http", null)]
    public void Find_NamedEndpoint(string request, string? scheme, string? expected)
    {
        Assert.True(ServiceHost.TryParseScheme(request, out var asked));
        var instance = Instance(new("h", 80), ("Admin", new("h", 9090, scheme, "/x")));

        Assert.Equal(expected, TargetRule.Find(instance, "admin", asked));
        Assert.Null(TargetRule.Find(instance, "other", asked));
    }

    private static string? Find(string request, ServiceEndpoint main, params (string Name, ServiceEndpoint Endpoint)[] endpoints)
    {
        Assert.True(ServiceHost.TryParseScheme(request, out var asked));
        return TargetRule.Find(Instance(main, endpoints), asked);
    }

    private static ServiceInstance Instance(ServiceEndpoint main, params (string Name, ServiceEndpoint Endpoint)[] endpoints)
    {
        var instance = new ServiceInstance { ServiceName = "greeter", InstanceId = "1", Host = main.Host, Port = main.Port, Scheme = main.Scheme };
        return instance with { Endpoints = instance.Endpoints.AddRange(endpoints.Select(endpoint => KeyValuePair.Create(endpoint.Name, endpoint.Endpoint))) };
    }
}
