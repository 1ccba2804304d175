using Discovery.Client.Configuration;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class FirstCausesTests
{
    [Theory]
    [InlineData(new[] { "D:Address is 'x', y.", "D:Address is missing: give one." }, new[] { "D:Address is 'x', y." })]
    [InlineData(new[] { "D:Address:0 is not a value.", "D:Address is missing: give one." }, new[] { "D:Address:0 is not a value." })]
    [InlineData(new[] { "D:Addresses is 'x', y.", "D:Address is missing: give one." }, new[] { "D:Addresses is 'x', y.", "D:Address is missing: give one." })]
    [InlineData(new[] { "D:Address is missing: give one.", "D:Address is missing: give one." }, new[] { "D:Address is missing: give one." })]
    [InlineData(new[] { "D:Name is missing.", "D:Address is missing: give one." }, new[] { "D:Name is missing.", "D:Address is missing: give one." })]
    [InlineData(new[] { "we obey at once", "" }, new[] { "we obey at once", "" })]
    public void Of_MissingThoughWrong_IsLeftOut(string[] errors, string[] expected) => Assert.Equal(expected, FirstCauses.Of(errors));
}
