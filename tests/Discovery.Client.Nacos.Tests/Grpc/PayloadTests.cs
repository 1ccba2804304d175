using System.Text;
using Discovery.Client.Nacos.Wire;
using Google.Protobuf;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>Messages as servers send them, and what is answered.</summary>
public sealed class PayloadTests
{
    [Fact]
    public void Write_ServerCheck_IsWhatServersTake()
        => Assert.Equal(
            "12141a12536572766572436865636b526571756573741a0412027b7d",
            Convert.ToHexStringLower(Payloads.Write("ServerCheckRequest", new EmptyRequest(), GrpcJsonContext.Default.EmptyRequest).ToByteArray()));

    [Fact]
    public void Read_HealthCheckAnswer_IsASuccess()
    {
        var payload = Payload.Parser.ParseFrom(Convert.FromHexString(
            "12151a134865616c7468436865636b526573706f6e73651a31122f7b22726573756c74436f6465223a3230302c226572726f72436f6465223a302c2273756363657373223a747275657d"));

        var answer = Payloads.Read(payload, GrpcJsonContext.Default.NacosResponse);

        Assert.Equal(("HealthCheckResponse", 200, 0), (payload.Metadata.Type, answer.ResultCode, answer.ErrorCode));
    }

    [Theory]
    [InlineData("""{"resultCode":200,"errorCode":0,"message":"success","serviceInfo":{"name":"g1","groupName":"DEFAULT_GROUP","clusters":"","cacheMillis":10000,"hosts":[{"instanceId":"10.0.0.1#8080#DEFAULT#DEFAULT_GROUP@@g1","ip":"10.0.0.1","port":8080,"weight":1.0,"healthy":true,"enabled":true,"ephemeral":true,"clusterName":"DEFAULT","serviceName":"DEFAULT_GROUP@@g1","metadata":{"a":"b"},"instanceHeartBeatInterval":5000,"instanceHeartBeatTimeOut":15000,"ipDeleteTimeout":30000}],"lastRefTime":1795359397662,"checksum":"","allIPs":false,"reachProtectionThreshold":false,"valid":true},"success":true}""", 1, 0)]
    [InlineData("""{"resultCode":200,"serviceInfo":{"name":"g1","hosts":[],"allIps":false}}""", 0, 0)]
    [InlineData("""{"resultCode":200,"serviceInfo":{"name":"g1","hosts":[{"ip":"10.0.0.1","port":80,"weight":"NaN"},{"ip":"10.0.0.2","port":"x"},null,7]}}""", 1, 3)]
    public void Read_List_CountsWhatCannotBeRead(string json, int items, int rejected)
    {
        var hosts = Payloads.Read(Body("SubscribeServiceResponse", json), GrpcJsonContext.Default.ServiceInfoResponse).ServiceInfo!.Hosts!;

        Assert.Equal((items, rejected), (hosts.Items.Count, hosts.Rejected));
    }

    private static Payload Body(string type, string json)
        => new() { Metadata = new() { Type = type }, Body = new() { Value = ByteString.CopyFrom(json, Encoding.UTF8) } };
}
