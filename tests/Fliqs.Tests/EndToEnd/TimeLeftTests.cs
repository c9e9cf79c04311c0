using Fliqs.Cli;

namespace Fliqs.Tests.EndToEnd;

public sealed class TimeLeftTests
{
    [Theory]
    [InlineData(60, 1, 3, "0:02:00 left")]
    [InlineData(60, 1.5, 3, "0:01:00 left")]      // half of the second part is done
    [InlineData(3600, 1, 31, "30:00:00 left")]
    [InlineData(60, 0, 3, null)]
    [InlineData(60, 3, 3, null)]
    public void What_is_left_takes_as_long_as_what_is_done(double seconds, double done, long all, string? text) =>
        Assert.Equal(text, TimeLeft.Text(TimeSpan.FromSeconds(seconds), done, all));

    [Fact]
    public void Days_count_as_hours() => Assert.Equal("27:46:40", TimeLeft.Hours(TimeSpan.FromSeconds(100_000)));
}
