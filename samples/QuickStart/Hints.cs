namespace QuickStart;

/// <summary>How to get the registry that is missing.</summary>
internal static class Hints
{
    public static string WhenUnreachable(string backend) => backend switch
    {
        "consul" => $"{Environment.NewLine}Is a Consul agent running? Start one with: consul agent -dev{Environment.NewLine}"
            + "If it listens elsewhere than at http://127.0.0.1:8500, add --Discovery:Consul:Endpoints:0=http://HOST:PORT",
        "etcd" => $"{Environment.NewLine}Is an etcd running? Start one with: etcd{Environment.NewLine}"
            + "If it listens elsewhere than at http://127.0.0.1:2379, add --Discovery:Etcd:Endpoints:0=http://HOST:PORT",
        "nacos" => $"{Environment.NewLine}Is a Nacos server running, 2.0 or later, with port 9848 (gRPC) open beside 8848? Start one with: startup.sh -m standalone{Environment.NewLine}"
            + "If it listens elsewhere than at http://127.0.0.1:8848, add --Discovery:Nacos:Endpoints:0=http://HOST:PORT",
        _ => "",
    };
}
