using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class SettingsReaderTests
{
    private static readonly Uri[] Localhost = [new("http://127.0.0.1:8500")];

    private static SettingsReader Of(string json) => new(ConfigurationSetup.Json(json).GetSection("S"), "S");

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("10S", 10_000)]
    [InlineData("500ms", 500)]
    [InlineData("1.5m", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("01:00:00.5", 3_600_500)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void GetDuration_BothSpellings_AreRead(string text, int milliseconds)
    {
        var settings = Of($$$"""{"S":{"T":"{{{text}}}"}}""");
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), settings.GetDuration("T", default, TimeSpan.Zero, TimeSpan.FromDays(2)));
        Assert.Empty(settings.Errors);
    }

    [Theory]
    [InlineData("10")] // days to TimeSpan.Parse
    [InlineData("25:00:00")] // 25 days to TimeSpan.Parse
    [InlineData("10:00")] // hours to TimeSpan.Parse, minutes to most people
    [InlineData("-5s")]
    [InlineData("-00:00:05")]
    [InlineData("10 s")]
    [InlineData("s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("99999999999999h")]
    [InlineData("soon")]
    [InlineData("00:00:00.5")] // below the least
    [InlineData("61m")] // above the most
    public void GetDuration_AnythingElse_IsAnErrorThatSaysTheRange(string text)
    {
        var settings = Of($$$"""{"S":{"T":"{{{text}}}"}}""");
        Assert.Equal(TimeSpan.FromSeconds(7), settings.GetDuration("T", TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
        Assert.Equal($"S:T is '{text}', a duration from 1s to 1h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("""["http://a:1","http://b:2"]""", "http://a:1/,http://b:2/")]
    [InlineData("\"http://a:1\"", "http://a:1/")]
    [InlineData("[]", "")]
    [InlineData("null", "http://127.0.0.1:8500/")]
    public void GetUris_Configured_ReplacesTheDefault(string json, string expected)
    {
        var settings = Of($$$"""{"S":{"Endpoints":{{{json}}}}}""");
        Assert.Equal(expected, string.Join(',', settings.GetUris("Endpoints", Localhost, "http", "https")));
        Assert.Empty(settings.Errors);
    }

    [Fact]
    public void GetUris_NotConfigured_GivesTheDefault()
        => Assert.Equal(Localhost, Of("""{"S":{"Other":1}}""").GetUris("Endpoints", Localhost, "http"));

    [Theory]
    [InlineData("\"localhost:8500\"", "S:E:0 is 'localhost:8500', an absolute address like http://host:port is expected.")]
    [InlineData("\"10.0.0.5:8500\"", "S:E:0 is '10.0.0.5:8500', an absolute address like http://host:port is expected.")]
    [InlineData("[\"ftp://a:1\"]", "S:E:0 is 'ftp://a:1', an absolute address like http://host:port is expected.")]
    [InlineData("[{\"Url\":\"http://a:1\"}]", "S:E:0 is not a value.")]
    [InlineData("[\"http://a:1\",null]", "S:E:1 is not a value.")]
    public void GetUris_WrongItem_IsAnErrorWithItsIndex(string json, string error)
    {
        var settings = Of($$$"""{"S":{"E":{{{json}}}}}""");
        settings.GetUris("E", Localhost, "http", "https");
        Assert.Equal(error, Assert.Single(settings.Errors));
    }

    [Fact]
    public void GetUri_WithPassword_DoesNotRepeatIt()
    {
        var settings = Of("""{"S":{"E":"ftp://user:secret@host"}}""");
        Assert.Null(settings.GetUri("E", "http"));
        Assert.DoesNotContain("secret", Assert.Single(settings.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void GetStrings_BothValueAndList_IsAnError()
    {
        // A JSON list and an environment variable without an index: which of them holds nobody could tell.
        var settings = new SettingsReader(ConfigurationSetup.Pairs(("S:E:0", "http://a:1"), ("S:E", "http://b:1")).GetSection("S"), "S");
        settings.GetStrings("E");
        Assert.Equal("S:E is both a value and a list.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("\"up\"", 0)]
    [InlineData("\"OutOfService\"", 4)]
    public void GetEnum_Name_IsReadInAnyCase(string json, int expected)
        => Assert.Equal((ServiceStatus)expected, Of($$$"""{"S":{"E":{{{json}}}}}""").GetEnum("E", ServiceStatus.Down));

    [Theory]
    [InlineData("1")]
    [InlineData("Up, Down")]
    [InlineData("Upp")]
    [InlineData("99")]
    public void GetEnum_AnythingElse_IsAnErrorThatListsTheNames(string text)
    {
        var settings = Of($$$"""{"S":{"E":"{{{text}}}"}}""");
        Assert.Equal(ServiceStatus.Down, settings.GetEnum("E", ServiceStatus.Down));
        Assert.Equal($"S:E is '{text}', one of Up, Warning, Starting, Down, OutOfService is expected.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    public void GetBoolean_AnythingButTrueOrFalse_IsAnError(string text)
    {
        var settings = Of($$$"""{"S":{"B":"{{{text}}}"}}""");
        Assert.True(settings.GetBoolean("B", true));
        Assert.Equal($"S:B is '{text}', true or false is expected.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("70000")]
    public void GetDouble_OutOfRange_IsAnError(string text)
    {
        var settings = Of($$$"""{"S":{"N":"{{{text}}}"}}""");
        Assert.Equal(1, settings.GetDouble("N", 1, 0, 65535));
        Assert.Equal($"S:N is '{text}', a number from 0 to 65535 is expected.", Assert.Single(settings.Errors));
    }

    [Fact]
    public void GetInt32_OutOfRange_IsAnError()
    {
        var settings = Of("""{"S":{"N":"0","M":2.5}}""");
        Assert.Equal(5, settings.GetInt32("N", 5, 1, 10));
        Assert.Equal(5, settings.GetInt32("M", 5, 1, 10));
        Assert.Equal(["S:N is '0', a whole number from 1 to 10 is expected.", "S:M is '2.5', a whole number from 1 to 10 is expected."], settings.Errors);
    }

    [Theory]
    [InlineData("""{"A":{"B":"x"}}""")]
    [InlineData("""{"A":["x"]}""")]
    public void GetString_OfSection_IsAnError(string json)
    {
        var settings = Of($$$"""{"S":{{{json}}}}""");
        settings.GetString("A");
        Assert.Equal("S:A is a section or list, one value is expected.", Assert.Single(settings.Errors));
    }

    [Fact]
    public void GetString_ValueAndSectionAtOnce_IsAnError()
    {
        var settings = new SettingsReader(ConfigurationSetup.Pairs(("S:A", "x"), ("S:A:B", "y")).GetSection("S"), "S");
        settings.GetString("A");
        Assert.Equal("S:A is a section or list, one value is expected.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void GetString_EmptyOrNull_IsNotSet(string json)
    {
        var settings = Of($$$"""{"S":{"A":{{{json}}}}}""");
        Assert.Equal("default", settings.GetString("A", "default"));
        settings.RejectUnknownKeys();
        Assert.Empty(settings.Errors);
    }

    [Fact]
    public void GetSection_OfValue_IsAnError()
    {
        var settings = Of("""{"S":{"A":"x"}}""");
        Assert.Null(settings.GetSection("A").Section);
        Assert.Equal("S:A is 'x', a section is expected.", Assert.Single(settings.Errors));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public void GetSection_OfNothing_ReadsNothing(string json)
    {
        var settings = Of($$$"""{"S":{"A":{{{json}}}}}""");
        Assert.Null(settings.GetSection("A").Section);
        Assert.Empty(settings.Errors);
    }

    [Fact]
    public void GetMap_KeepsCaseAndEmptyValues()
    {
        var map = Of("""{"S":{"M":{"Version":"1.4","empty":"","a.b/c":"ü"}}}""").GetMap("M");
        Assert.Equal(new Dictionary<string, string> { ["Version"] = "1.4", ["empty"] = "", ["a.b/c"] = "ü" }, map);
    }

    [Fact]
    public void GetMap_Nested_IsAnError()
    {
        var settings = Of("""{"S":{"M":{"tags":["a"]}}}""");
        settings.GetMap("M");
        Assert.Equal("S:M:tags is a section or list, one value is expected.", Assert.Single(settings.Errors));
    }

    [Fact]
    public void RejectUnknownKeys_AtEachLevel_NamesTheNearestKnown()
    {
        var settings = Of("""{"S":{"Endpoint":["http://a:1"],"Tls":{"Certificat":"x"},"Foo":1}}""");
        settings.GetStrings("Endpoints");
        settings.GetSection("Tls").GetString("Certificate");
        settings.RejectUnknownKeys();
        Assert.Equal(
            ["S:Endpoint is not a known key (did you mean 'Endpoints'?).", "S:Foo is not a known key (known are Endpoints, Tls).", "S:Tls:Certificat is not a known key (did you mean 'Certificate'?)."],
            settings.Errors);
    }

    [Fact]
    public void ThrowIfInvalid_SaysAllInOneMessage()
    {
        var settings = Of("""{"S":{"A":"x","B":"y"}}""");
        settings.GetInt32("A", 0);
        settings.GetBoolean("B", false);
        var exception = Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid);
        Assert.Contains("S:A is 'x'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("S:B is 'y'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutSection_EveryDefaultHolds()
    {
        var settings = new SettingsReader(null, "S");
        Assert.Equal("d", settings.GetString("A", "d"));
        Assert.Equal(3, settings.GetInt32("B", 3));
        Assert.Null(settings.GetStrings("C"));
        Assert.Empty(settings.GetMap("D"));
        Assert.Null(settings.GetSection("E").GetUri("F", "http"));
        settings.RejectUnknownKeys();
        settings.ThrowIfInvalid();
    }
}
