using Fliqs.Models.Layers;

namespace Fliqs.Tests.Models.Layers;

public sealed class ChannelCountTests
{
    [Theory]
    [InlineData(32, 32)]
    [InlineData(35.2, 32)]      // 32 * 1.1
    [InlineData(17.6, 16)]
    [InlineData(12, 16)]        // halves go up
    [InlineData(11.2, 16)]      // 8 would take away more than a tenth
    [InlineData(8.4, 8)]
    [InlineData(3, 8)]
    [InlineData(156.8, 160)]
    [InlineData(0.01, 8)]
    public void Multiples_of_8_never_take_away_more_than_a_tenth(double channels, int expected) =>
        Assert.Equal(expected, ChannelCount.Divisible(channels));

    [Theory]
    [InlineData(16.4, 16)]
    [InlineData(0.2, 1)]
    public void Plain_counts_are_rounded_and_positive(double channels, int expected) => Assert.Equal(expected, ChannelCount.Rounded(channels));
}
