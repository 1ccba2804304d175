using QuickStart;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

public sealed class ArgumentsTests
{
    [Fact]
    public void Parse_Nothing_ThirtySecondsOnLocal()
    {
        var arguments = Arguments.Parse([], out _)!;

        Assert.Equal((30, false, "local"), (arguments.Seconds, arguments.Plain, arguments.Backend));
        Assert.Empty(arguments.Discovery);
    }

    [Theory]
    [InlineData("--Discovery:Backend=consul")]
    [InlineData("--discovery:backend=consul")]
    [InlineData("--Discovery:Backend=local", "--Discovery:Backend=consul")]
    [InlineData("--Discovery:Backend", "consul", "--plain")]
    public void Parse_Backend_IsTheLastOneGiven(params string[] args) => Assert.Equal("consul", Arguments.Parse(args, out _)!.Backend);

    [Fact]
    public void ForConsumers_LeavesOutTheRegistration()
    {
        var arguments = Arguments.Parse(["--Discovery:Registration:Zone=a", "--Discovery:Consul:Endpoints:0=http://127.0.0.1:1"], out _)!;

        Assert.Equal(["--Discovery:Consul:Endpoints:0=http://127.0.0.1:1"], arguments.ForConsumers);
        Assert.Equal(2, arguments.Discovery.Count);
    }

    [Theory]
    [InlineData("--seconds", "5")]
    [InlineData("--seconds", "soon")]
    [InlineData("--verbose")]
    [InlineData("--Discovery:Backend")]
    [InlineData("consul")]
    public void Parse_WhatItDoesNotKnow_SaysWhich(params string[] args)
    {
        Assert.Null(Arguments.Parse(args, out var error));
        Assert.Contains(args[0], error, StringComparison.Ordinal);
    }
}
