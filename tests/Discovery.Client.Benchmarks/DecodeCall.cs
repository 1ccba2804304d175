using System.Globalization;
using System.Text;
using Discovery.Client.Consul;

namespace Discovery.Client.Benchmarks;

/// <summary>Decodes a Consul answer of 1 000 entries, as if none had been seen before, and again when nothing has changed.</summary>
internal sealed class DecodeCall
{
    private readonly byte[] _json = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 1000).Select(Entry)) + "]");
    private readonly HealthDecoder _decoder = new("greeter");

    public DecodeCall() => _decoder.Decode(_json);

    public int First() => new HealthDecoder("greeter").Decode(_json).Instances.Count;

    public int Again() => _decoder.Decode(_json).Instances.Count;

    private static string Entry(int i) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"Node":{"ID":"11111111-2222-3333-4444-{{{i:000000000000}}}","Node":"node-{{{i}}}","Address":"10.0.{{{i / 250}}}.{{{(i % 250) + 1}}}","Datacenter":"dc1",
        "TaggedAddresses":{"lan":"10.0.0.1","wan":"10.0.0.1"},"Meta":{"consul-network-segment":""},"CreateIndex":10,"ModifyIndex":{{{i + 11}}}},
        "Service":{"ID":"greeter-{{{i}}}","Service":"greeter","Tags":["http","v1"],"Address":"10.0.{{{i / 250}}}.{{{(i % 250) + 1}}}","TaggedAddresses":{"lan_ipv4":{"Address":"10.0.0.1","Port":8080}},
        "Meta":{"version":"1.4","zone":"eu-1a","scheme":"http"},"Port":8080,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,
        "Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},"PeerName":"","CreateIndex":{{{i + 20}}},"ModifyIndex":{{{i + 21}}}},
        "Checks":[{"Node":"node-{{{i}}}","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","Notes":"","Output":"Agent alive and reachable","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":10,"ModifyIndex":10},
        {"Node":"node-{{{i}}}","CheckID":"service:greeter-{{{i}}}","Name":"ttl","Status":"passing","Notes":"","Output":"","ServiceID":"greeter-{{{i}}}","ServiceName":"greeter","ServiceTags":["http","v1"],"Type":"ttl","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":{{{i + 20}}},"ModifyIndex":{{{i + 22}}}}]}
        """);
}
