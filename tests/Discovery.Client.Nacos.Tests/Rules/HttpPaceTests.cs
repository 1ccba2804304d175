namespace Discovery.Client.Nacos.Tests.Rules;

public sealed class HttpPaceTests
{
    [Theory]
    [InlineData(null, 10_000L, 0.5, 10)]
    [InlineData(null, 3_000L, 0.5, 3)]
    [InlineData(null, null, 0.5, 10)]
    [InlineData(null, 0L, 0.5, 10)]
    [InlineData(null, 1L, 0.5, 1)]
    [InlineData(null, 3_600_000L, 0.5, 60)]
    [InlineData(2.0, 10_000L, 0.5, 2)]
    [InlineData(null, 10_000L, 0.0, 9)]
    [InlineData(null, 10_000L, 1.0, 11)]
    public void Poll_Decide_AsTheServerOrTheOptionsSay(double? configured, long? said, double chance, double expected)
        => Assert.Equal(expected, PollPace.Decide(configured is { } seconds ? TimeSpan.FromSeconds(seconds) : null, said, chance).TotalSeconds, 6);

    [Theory]
    [InlineData(15, 5.0, true, 5)]
    [InlineData(15, null, true, 5)]
    [InlineData(15, 2.0, true, 2)]
    [InlineData(15, 60.0, true, 5)]
    [InlineData(15, 0.0, true, 5)]
    [InlineData(3, null, false, 5)]
    [InlineData(60, null, false, 20)]
    public void Beat_Decide_AThirdOrWhatTheServerWants(double life, double? wanted, bool beats, double expected)
        => Assert.Equal(expected, BeatPace.Decide(new(new("public", "DEFAULT_GROUP", "orders"), "1", new() { Ephemeral = beats }, TimeSpan.FromSeconds(life)), wanted is { } seconds ? TimeSpan.FromSeconds(seconds) : null).TotalSeconds, 6);

    [Theory]
    [InlineData("Known", "Known", "Known")]
    [InlineData("Known", "Failed", "Known")]
    [InlineData("Known", "Unknown", "Unknown")]
    [InlineData("Failed", "Unknown", "Unknown")]
    [InlineData("Failed", "Failed", "Failed")]
    public void Spread_Together_OneThatLostItMeansAll(string left, string right, string expected)
        => Assert.Equal(Enum.Parse<Proven>(expected), SpreadRule.Together([Enum.Parse<Proven>(left), Enum.Parse<Proven>(right)], oneIsEnough: false));

    [Theory]
    [InlineData("Known", "Unknown", "Known")]
    [InlineData("Failed", "Known", "Known")]
    [InlineData("Failed", "Unknown", "Unknown")]
    public void Spread_JustRegistered_OneThatKnowsItIsEnough(string left, string right, string expected)
        => Assert.Equal(Enum.Parse<Proven>(expected), SpreadRule.Together([Enum.Parse<Proven>(left), Enum.Parse<Proven>(right)], oneIsEnough: true));

    [Theory]
    [InlineData(1, 0, 0, false)]
    [InlineData(3, 0, 0, true)]
    [InlineData(3, 1, 1, false)]
    [InlineData(3, 1, 2, true)]
    [InlineData(3, 2, 3, false)]
    [InlineData(3, 2, 4, true)]
    [InlineData(100, 20, 59, false)]
    [InlineData(100, 20, 60, true)]
    public void Token_Refused_IsWorthAnotherUnlessNewOnesWereRefusedLately(double age, int refusals, double sinceRefusal, bool expected)
        => Assert.Equal(expected, TokenRule.IsWorthAnother(TimeSpan.FromSeconds(age), refusals, TimeSpan.FromSeconds(sinceRefusal)));

    [Theory]
    [InlineData(0, 100, 0, 0, "Use")]
    [InlineData(79, 100, 0, 0, "Use")]
    [InlineData(80, 100, 0, 0, "UseAndRenew")]
    [InlineData(80, 100, 1, 0.5, "Use")]
    [InlineData(80, 100, 1, 1.0, "UseAndRenew")]
    [InlineData(80, 100, 2, 1.5, "Use")]
    [InlineData(80, 100, 9, 7.5, "Use")]
    [InlineData(80, 100, 9, 8.0, "UseAndRenew")]
    [InlineData(100, 100, 9, 0.1, "Renew")]
    public void Token_Decide_RenewedBeforeItEnds(double age, double life, int failures, double sinceFailure, string expected)
        => Assert.Equal(Enum.Parse<TokenStep>(expected), TokenRule.Decide(TimeSpan.FromSeconds(age), TimeSpan.FromSeconds(life), failures, TimeSpan.FromSeconds(sinceFailure)));
}
