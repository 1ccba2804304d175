using System.Text;
using Discovery.Client.Embedded;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class LocalNamesTests
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("orders.v2", "orders.v2")]
    [InlineData("Orders", "%4frders")]
    [InlineData("orders/v2", "orders%2fv2")]
    [InlineData(".hidden.", "%2ehidden%2e")]
    [InlineData("..", "%2e%2e")]
    [InlineData("50%", "50%25")]
    [InlineData("nul.x", "%6eul.x")]
    [InlineData("com1", "%63om1")]
    [InlineData("größe", "gr%c3%b6%c3%9fe")]
    public void Encode_Name_IsAFileName(string name, string expected) => Assert.Equal(expected, LocalNames.Encode(name));

    [Fact]
    public void Encode_LongestNames_FitAndStayApart()
    {
        string[] names = [new('語', 200), new string('語', 199) + "本", new('A', 200), new string('A', 199) + "B", new('a', 200), new('a', 199)];
        var files = names.Select(LocalNames.RecordFile).ToArray();

        Assert.All(files, file => Assert.True(Encoding.UTF8.GetByteCount(file) <= 255));
        Assert.Equal(files.Length, files.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Encode_NamesThatDifferInCaseOnly_DifferWhereFileNamesIgnoreCase()
        => Assert.NotEqual(LocalNames.Encode("Orders"), LocalNames.Encode("orders"), StringComparer.OrdinalIgnoreCase);
}
