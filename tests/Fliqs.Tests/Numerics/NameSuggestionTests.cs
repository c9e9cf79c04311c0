using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class NameSuggestionTests
{
    [Theory]
    [InlineData("epoch", "epochs")]
    [InlineData("BATHC", "batch")]
    [InlineData("see", "seed")]
    [InlineData("seeed", "seed")]
    [InlineData("sded", "seed")]
    [InlineData("", "seed")]
    public void The_fewest_edits_win(string name, string expected) =>
        Assert.Equal(expected, NameSuggestion.Nearest(name, ["epochs", "batch", "seed", "learningRate"]));

    [Fact]
    public void The_first_of_equals_wins() => Assert.Equal("b", NameSuggestion.Nearest("a", ["b", "c"]));

    [Fact]
    public void Nothing_to_choose_from_gives_nothing() => Assert.Null(NameSuggestion.Nearest("a", []));
}
