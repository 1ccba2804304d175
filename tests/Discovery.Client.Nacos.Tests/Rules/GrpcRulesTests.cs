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
    [InlineData(StatusCode.Internal, "", (int)GrpcError.ConnectionGone)]
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

    [Fact]
    public void ReadBack_StaysAway_IsLostOnceThenTold()
    {
        var state = ReadBackRule.Registered(default, Now);
        var results = new List<ReadBackResult>();
        for (var i = 0; i < 6; i++)
        {
            (state, var result) = ReadBackRule.Found(state, isThere: false, Now);
            results.Add(result);
            state = result == ReadBackResult.Lost ? ReadBackRule.Registered(state, Now) : state;
        }

        Assert.Equal([ReadBackResult.Fine, ReadBackResult.Fine, ReadBackResult.Lost, ReadBackResult.Fine, ReadBackResult.Fine, ReadBackResult.Hidden], results);
        Assert.True(state.Due >= Now + ReadBackRule.Round);
    }

    [Fact]
    public void ReadBack_Found_IsLookedForMuchLaterAndForgivesWhatWas()
    {
        var (state, result) = ReadBackRule.Found(new(Now, 2, 1), isThere: true, Now);

        Assert.Equal((ReadBackResult.Fine, new ReadBack(Now + ReadBackRule.Round, 0, 0)), (result, state));
    }
}
