using System.Text;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests;

public sealed class PauseTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.8)]
    [InlineData(3, 1.28)]
    [InlineData(9, 21.47)]
    [InlineData(10, 30)]
    [InlineData(100, 30)]
    public void Backoff_GrowsBy16UpToTheCapWithin20Percent(int failures, double seconds)
    {
        var random = RandomSource.Create(7);
        var pauses = Enumerable.Range(0, 1000).Select(_ => new Backoff(failures).Pause(random).TotalSeconds).ToArray();
        Assert.InRange(pauses.Min(), seconds * 0.799, seconds * 0.82);
        Assert.InRange(pauses.Max(), seconds * 1.18, seconds * 1.201);
    }

    [Theory]
    [InlineData(true, null, 0.4, 0.6)]
    [InlineData(false, null, 24, 36)]
    [InlineData(true, 10.0, 10, 10)]
    [InlineData(true, 0.1, 0.4, 0.6)]
    [InlineData(true, 100_000.0, 300, 300)]
    public void RetryPause_FollowsKindAndWish(bool transient, double? retryAfter, double min, double max)
    {
        var error = new RegistryException("x", transient) { RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        Assert.InRange(RetryPause.After(error, new Backoff(1), RandomSource.Create(1)).TotalSeconds, min, max);
    }

    [Fact]
    public void Pace_LetsABurstThroughThenSoManyASecond()
    {
        var pace = default(Pace);
        var now = 1000.0;
        for (var i = 0; i < Pace.Burst; i++)
        {
            pace = pace.Take(now, out var wait);
            Assert.Equal(TimeSpan.Zero, wait);
        }

        for (var i = 0; i < 100; i++)
        {
            pace = pace.Take(now, out var wait);
            now += wait.TotalSeconds;
        }

        Assert.Equal(1005, now, 1);
    }

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void XxHash64_MatchesKnownValues(string text, ulong expected)
    {
        Assert.Equal(expected, XxHash64.Hash(text));
        Assert.Equal(expected, XxHash64.Hash(Encoding.UTF8.GetBytes(text)));
    }

    // Every length around the boundaries of the stripes, the words and the tail.
    [Fact]
    public void XxHash64_EveryLength_IsThatOfAnotherImplementation()
    {
        var bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Equal(System.IO.Hashing.XxHash64.HashToUInt64(bytes.AsSpan(0, length)), XxHash64.Hash(bytes.AsSpan(0, length))));
    }

    [Fact]
    public void XxHash64_OfLongText_IsThatOfItsBytes()
    {
        var text = string.Concat(Enumerable.Repeat("schlüssel-", 100));
        Assert.Equal(XxHash64.Hash(Encoding.UTF8.GetBytes(text)), XxHash64.Hash(text));
    }
}
