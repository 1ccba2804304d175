namespace Discovery.Client.Consul.Tests.Mapping;

public sealed class RegistrationWriterTests
{
    [Theory]
    [InlineData(ServiceStatus.Up, "passing")]
    [InlineData(ServiceStatus.Warning, "warning")]
    [InlineData(ServiceStatus.Down, "critical")]
    public void Write_Check_HasAnIdOfItsOwnAndTheStatusWanted(ServiceStatus status, string expected)
    {
        var body = RegistrationWriter.Write(TestKit.Wish(TestKit.Instance() with { Status = status }), [], TimeSpan.FromMinutes(1));
        var check = Assert.Single(body.Checks);
        Assert.Equal(("service:" + body.Id, "15000ms", expected, "60000ms"), (check.Id, check.TimeToLive, check.Status, check.DeregisterCriticalServiceAfter));
    }

    /// <summary>What others read. Zero would be refused.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(2.5, 2)]
    [InlineData(100_000, 65_535)]
    public void Write_Weight_IsAsNearAsConsulHasIt(double weight, int expected)
    {
        var weights = RegistrationWriter.Write(TestKit.Wish(TestKit.Instance() with { Weight = weight }), [], TimeSpan.FromMinutes(1)).Weights;
        Assert.Equal((expected, expected), (weights.Passing, weights.Warning));
    }

    [Fact]
    public void Write_MetadataWithDots_KeysAreThoseConsulTakes()
    {
        var instance = TestKit.Instance();
        instance = instance with { Metadata = instance.Metadata.Add("team.name", "a").Add("zone", "the user's") };
        var meta = RegistrationWriter.Write(TestKit.Wish(instance with { Zone = "z" }), [], TimeSpan.FromMinutes(1)).Meta;
        Assert.Equal(("a", "z", "the user's"), (meta["team_x2E_name"], meta["zone"], meta["_x7A_one"]));
    }
}
