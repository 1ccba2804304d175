using System.Text;

namespace Discovery.Client.Consul.Tests.Mapping;

public sealed class MetaTests
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("plain-key_1", "plain-key_1")]
    [InlineData("a.b", "a_x2E_b")]
    [InlineData("", "_x_")]
    [InlineData("_x_", "_x5F_x_")]
    [InlineData("_x41_", "_x5F_x41_")]
    [InlineData("a_x", "a_x5F_x")]
    [InlineData("🚀", "_x1F680_")]
    [InlineData("consul-x", "_x63_onsul-x")]
    [InlineData("_x_x41_", "_x5F_x_x5F_x41_")]
    public void MetaKey_Encode_IsReversible(string key, string wire)
    {
        Assert.Equal(wire, MetaKey.Encode(key));
        Assert.Equal(key, MetaKey.Decode(wire));
    }

    [Fact]
    public void MetaKey_EveryShortKeyOfTrickyCharacters_IsReversibleAndInjective()
    {
        const string Tricky = "_x41.F";
        var keys = Enumerable.Range(0, (int)Math.Pow(Tricky.Length, 6)).Select(n => string.Concat(Enumerable.Range(0, 6).Select(i => Tricky[n / (int)Math.Pow(Tricky.Length, i) % Tricky.Length]))).ToArray();
        Assert.All(keys, key => Assert.Equal(key, MetaKey.Decode(MetaKey.Encode(key))));
        Assert.Equal(keys.Length, keys.Select(key => MetaKey.Encode(key)).Distinct().Count());
        Assert.All(keys, key => Assert.Matches("^[A-Za-z0-9_-]+$", MetaKey.Encode(key)));
    }

    [Theory]
    [InlineData(1, 100_000 / 4)]
    [InlineData(64, 10)]
    [InlineData(63, 513)]
    [InlineData(500, 20)]
    public void Pack_WhateverFits_ComesBackWithinTheLimits(int pairs, int length)
    {
        var user = Enumerable.Range(0, pairs).ToDictionary(i => $"key-{i}", i => string.Concat(Enumerable.Repeat("äb", length / 3)) + i);
        if (pairs * length > 30_000)
        {
            user = user.Take(25_000 / length).ToDictionary();
        }

        var wire = MetaPacker.Pack(new Dictionary<string, string> { [MetaNames.Prefix] = "1" }, user);

        Assert.True(wire.Count <= 64);
        Assert.All(wire, pair => Assert.True(pair.Key.Length <= 128 && Encoding.UTF8.GetByteCount(pair.Value) <= 512));
        Assert.Equal(user.Append(new(MetaNames.Prefix, "1")).OrderBy(p => p.Key), MetaPacker.Unpack(wire).OrderBy(p => p.Key));
    }

    [Fact]
    public void Pack_TooMuch_SaysSoAndIsNotTransient()
    {
        var error = Assert.Throws<RegistryException>(() => MetaPacker.Pack(None, new Dictionary<string, string> { ["big"] = new('x', 40_000) }));
        Assert.False(error.IsTransient);
        Assert.Contains("40003 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pack_HalfASurrogatePair_SaysSo()
        => Assert.Contains("'half'", Assert.Throws<RegistryException>(() => MetaPacker.Pack(None, new Dictionary<string, string> { ["half"] = "\ud83d" })).Message, StringComparison.Ordinal);
}
