using Grpc.Core;

namespace Discovery.Client.Nacos.Tests.Rules;

public sealed class GrpcRulesTests
{
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(1);

    /// <summary>Pairs that servers 2.3 and 3.1 were seen to answer.</summary>
    [Theory]
    [InlineData(200, 0, (int)GrpcError.None)]
    [InlineData(500, 300, (int)GrpcError.Starting)]
    [InlineData(500, 301, (int)GrpcError.ConnectionGone)]
    [InlineData(-401, -401, (int)GrpcError.ConnectionGone)]
    [InlineData(500, 403, (int)GrpcError.Forbidden)]
    [InlineData(400, 400, (int)GrpcError.Refused)]
    [InlineData(500, 400, (int)GrpcError.Refused)]
    [InlineData(500, 302, (int)GrpcError.Refused)]
    [InlineData(500, 500, (int)GrpcError.Transient)]
    [InlineData(500, 502, (int)GrpcError.Transient)]
    [InlineData(500, 503, (int)GrpcError.Transient)]
    public void Sort_Codes_SaysWhatTheyMean(int resultCode, int errorCode, int expected) => Assert.Equal((GrpcError)expected, GrpcErrors.Sort(resultCode, errorCode));

    [Theory]
    [InlineData(StatusCode.Unavailable, "", (int)GrpcError.ConnectionGone)]
    [InlineData(StatusCode.Internal, "", (int)GrpcError.Transient)]
    [InlineData(StatusCode.Unimplemented, "Method not found: Request/nosuch", (int)GrpcError.Refused)]
    [InlineData(StatusCode.ResourceExhausted, "gRPC message exceeds maximum size 10485760: 11534376", (int)GrpcError.Refused)]
    [InlineData(StatusCode.ResourceExhausted, "HTTP/2 error ENHANCE_YOUR_CALM", (int)GrpcError.ConnectionGone)]
    public void Sort_Status_SaysWhatItMeans(StatusCode status, string detail, int expected) => Assert.Equal((GrpcError)expected, GrpcErrors.Sort(status, detail));

    [Theory]
    [InlineData(0, false, (int)PublishKind.Deregister)]
    [InlineData(0, true, (int)PublishKind.Deregister)]
    [InlineData(1, false, (int)PublishKind.Single)]
    [InlineData(1, true, (int)PublishKind.Batch)]
    [InlineData(2, false, (int)PublishKind.Batch)]
    public void Choose_Count_SaysHow(int count, bool wasBatch, int expected) => Assert.Equal((PublishKind)expected, PublishRule.Choose(count, wasBatch));

    [Theory]
    [InlineData("1795359397521_127.0.0.1_33146", false)]
    [InlineData("1795359397521_0:0:0:0:0:0:0:1_33146", false)]
    [InlineData("1_127.0.0.1:33146", true)]
    [InlineData("", false)]
    public void KeepsByAddress_IdOfTheConnection_TellsTheServers(string id, bool expected) => Assert.Equal(expected, PublishRule.KeepsByAddress(id));

    /// <summary>Instances as <c>port*weight</c>; what is done, with <c>-</c> for taking out and <c>~</c> for putting in without metadata.</summary>
    [Theory]
    [InlineData("", "1*1 2*3", true, "~1*1 1*1 ~2*3 2*3")]
    [InlineData("1*1 2*3", "1*1 2*3", true, "")]
    [InlineData("1*1 2*3", "2*3", true, "-1*1")]
    [InlineData("1*1 1*1 2*3", "", true, "-1*1 -2*3")]
    [InlineData("1*3", "1*4", true, "1*4")]
    [InlineData("1*3", "1*1", true, "-1*3 ~1*1 1*1")]
    [InlineData("1*2 2*2", "1*2", false, "-2*2 1*2")]
    [InlineData("1*1 1*1", "1*1", false, "1*1")]
    [InlineData("1*1 1*2", "1*1", false, "-1*1 ~1*1 1*1")]
    [InlineData("1*3 1*2", "1*2", false, "~1*2 1*2")]
    [InlineData("", "1*1", false, "~1*1 1*1")]
    public void ByAddress_WhatIsNoMoreWished_IsTakenOut(string before, string wish, bool isSure, string expected)
    {
        // Records are the same where they are one object's, metadata included.
        var meta = new Dictionary<string, string> { ["a"] = "b" };
        NacosInstance[] Read(string text)
            => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => new NacosInstance { Ip = "10.0.0.1", Port = item[0] - '0', Weight = item[2] - '0', Metadata = meta })];

        var calls = PublishRule.ByAddress(new(Read(before), [], Read(wish), WasBatch: true, isSure));

        Assert.Equal(expected, string.Join(' ', calls.Select(call => $"{(call.Kind == PublishKind.Deregister ? "-" : call.Instance.Metadata is null ? "~" : "")}{call.Instance.Port}*{call.Instance.Weight}")));
    }

    /// <summary>The metadata that it is first put in with would stand before all later ones.</summary>
    [Fact]
    public void ByAddress_NeverTaken_IsFirstPutInWithoutMetadata()
    {
        var instance = new NacosInstance { Ip = "10.0.0.1", Port = 80, Metadata = new() { ["a"] = "b" } };

        var calls = PublishRule.ByAddress(new([], [instance], [instance], WasBatch: false, IsSure: false));

        Assert.Equal([(PublishKind.Deregister, instance), (PublishKind.Single, instance with { Metadata = null }), (PublishKind.Single, instance)], calls);
    }

    [Fact]
    public void ReadBack_StaysAway_IsLostEachTimeToldOnceAndLookedForLater()
    {
        var state = ReadBackRule.Registered(default, Now);
        var results = new List<ReadBackResult>();
        var pauses = new List<double>();
        for (var i = 0; i < 18; i++)
        {
            (state, var result) = ReadBackRule.Found(state, Listed.No, Now);
            if (i % 3 == 2)
            {
                results.Add(result);
                state = ReadBackRule.Registered(state, Now);
                pauses.Add((state.Due - Now).TotalSeconds);
            }
            else
            {
                Assert.Equal(ReadBackResult.Fine, result);
            }
        }

        Assert.Equal([ReadBackResult.Lost, ReadBackResult.Hidden, ReadBackResult.Lost, ReadBackResult.Lost, ReadBackResult.Lost, ReadBackResult.Lost], results);
        Assert.Equal([30, 120, 480, 1800, 1800, 1800], pauses);
    }

    [Fact]
    public void ReadBack_Found_IsLookedForMuchLaterAndForgivesWhatWas()
    {
        var (state, result) = ReadBackRule.Found(new(Now, 2, 1, 5), Listed.Yes, Now);

        Assert.Equal((ReadBackResult.Fine, new ReadBack(Now + ReadBackRule.Round, 0, 0)), (result, state));
    }

    [Fact]
    public void ReadBack_AnotherRecordInItsPlace_IsRegisteredAgainOnceItOutlivesWhatDeadNodesLeaveAndLaterEachTime()
    {
        var state = ReadBackRule.Registered(default, Now);
        var (now, result) = (Now, ReadBackResult.Fine);
        var waited = new List<TimeSpan>();
        for (var times = 0; times < 3; times++)
        {
            var began = now;
            for (result = ReadBackResult.Fine; result == ReadBackResult.Fine;)
            {
                now = state.Due;
                (state, result) = ReadBackRule.Found(state, Listed.Another, now);
            }

            Assert.Equal(times == 1 ? ReadBackResult.Hidden : ReadBackResult.Lost, result);
            state = ReadBackRule.Registered(state, now);
            waited.Add(now - began);
        }

        Assert.InRange(waited[0], TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(5));
        Assert.Equal(waited.Order(), waited);
        Assert.True(state.Due - now > TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Find_RecordWithItsAddress_IsItselfByTheMarkOnly()
    {
        var wish = Record("2 a");
        Assert.Equal(Listed.Yes, new NacosServiceInfo { Hosts = new([Record("1 9"), Record("2 a")], 0) }.Find(wish));
        Assert.Equal(Listed.Another, new NacosServiceInfo { Hosts = new([Record("1 9")], 0) }.Find(wish));
        Assert.Equal(Listed.No, new NacosServiceInfo { Hosts = new([Record("2 a") with { Port = 2 }], 0) }.Find(wish));

        static NacosInstance Record(string mark) => new() { Ip = "10.0.0.1", Port = 1, Metadata = new() { [MetaNames.Mark] = mark } };
    }
}
