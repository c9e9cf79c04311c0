using Fliqs.Config;
using Fliqs.Models.Mobile;
using Fliqs.Tests.Storage;

namespace Fliqs.Tests.Config;

public sealed class MobileSpaceFileTests
{
    private const string Sound = """
        block: efficientnet
        stem: 16
        head: 64
        stride: 1
        stages:
          - {channels: 8, expansion: 1}
          - {channels: 24, blocks: 2, stride: 2, kernel: [5, 3], expansion: [6, 4], filters: [1, 0.5], skip: true}
        """;

    [Fact]
    public void Reads_what_is_there_and_takes_the_defaults_of_code_for_the_rest()
    {
        var space = Read(Sound);

        Assert.Equal((MobileBlockKind.Efficientnet, 16, 64, 1, 1.0), (space.Block, space.Stem, space.Head, space.Stride, space.Width));
        Assert.Equal((8, 1, 1, false), (space.Stages[0].Channels, space.Stages[0].Blocks, space.Stages[0].Stride, space.Stages[0].Skip));
        Assert.Equal((0.2, 0.5), (space.Dropout, Read(Sound.Replace("stride: 1\n", "stride: 1\ndropout: 0.5\n", StringComparison.Ordinal)).Dropout));
        Assert.Equal([1], space.Stages[0].Expansion);
        Assert.Equal([3], space.Stages[0].Kernel);
        Assert.Equal([5, 3], space.Stages[1].Kernel);
        Assert.Equal([1, 0.5], space.Stages[1].Filters);
        Assert.True(space.Stages[1].Skip);
        Assert.Equal([5], space.Plain().Stages[1].Kernel);
    }

    [Theory]
    [InlineData("kernel: [5, 3]", "kernel: []", "stage 2 (24 channels): kernel has no option; name at least one")]
    [InlineData("kernel: [5, 3]", "kernel: [5, 4]", "stage 2 (24 channels): kernel 4 has to be odd and at least 1")]
    [InlineData("kernel: [5, 3]", "kernel: [5, 5]", "stage 2 (24 channels): kernel names an option twice")]
    [InlineData("kernel: [5, 3]", "kernel: five", "stage 2: kernel: 'five' is no whole number")]
    [InlineData("kernel: [5, 3]", "kernels: 5", "stage 2: unknown key 'kernels'; did you mean 'kernel'?")]
    [InlineData("filters: [1, 0.5]", "filters: [1, -2]", "stage 2 (24 channels): filters -2 has to be a factor above 0")]
    [InlineData("expansion: [6, 4]", "expansion: [6, 1]", "stage 2 (24 channels): expansion 1 stands beside others")]
    [InlineData("blocks: 2, ", "", "stage 2 (24 channels): skip: its only block changes the shape and cannot be left out")]
    [InlineData("blocks: 2", "blocks: 0", "stage 2 (24 channels): channels, blocks and stride have to be at least 1")]
    [InlineData("skip: true", "skip: maybe", "stage 2: skip: 'maybe' is no true or false")]
    [InlineData("{channels: 8, expansion: 1}", "{expansion: 1}", "stage 1: channels is missing")]
    [InlineData("{channels: 8, expansion: 1}", "8", "stage 1: has to be a mapping such as {channels: 24, blocks: 2}")]
    [InlineData("block: efficientnet", "block: resnet", "block 'resnet' is unknown; known: mobilenet, efficientnet")]
    [InlineData("stem: 16", "steam: 16", "unknown key 'steam'; did you mean 'stem'?")]
    [InlineData("stem: 16", "stem: 0", "stem, head and stride have to be at least 1")]
    [InlineData("stem: 16", "width: 0", "width has to be a factor above 0")]
    [InlineData("stem: 16", "dropout: 1", "dropout has to be at least 0 and less than 1")]
    [InlineData("stages:", "method: fliqs\nstages:", "is the result of a run that searched no architecture")]
    public void One_line_names_the_stage_and_the_mend(string part, string instead, string message)
    {
        var wrong = Assert.Throws<InputException>(() => Read(Sound.Replace(part, instead, StringComparison.Ordinal))).Message;
        Assert.Contains($"space.yaml: {message}", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong);
    }

    [Fact]
    public void A_space_without_stages_is_refused() =>
        Assert.EndsWith("stages has to be a list, one '- {channels: 24, ...}' a stage", Assert.Throws<InputException>(() => Read("stem: 8")).Message);

    [Fact]
    public void A_missing_file_and_one_that_is_no_YAML_are_named()
    {
        Assert.StartsWith("gone.yaml: cannot be read", Assert.Throws<InputException>(() => MobileSpaceFile.Read("gone.yaml")).Message);
        Assert.Contains("space.yaml: line ", Assert.Throws<InputException>(() => Read("{")).Message);
    }

    [Theory]
    [InlineData("a/b.yaml", true)]
    [InlineData("result.json", true)]
    [InlineData("resnet20", false)]
    public void A_file_is_known_by_its_ending(string name, bool isFile) => Assert.Equal(isFile, MobileSpaceFile.IsMeantBy(name));

    private static MobileSpace Read(string yaml)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["space.yaml"], yaml);
        return MobileSpaceFile.Read(folder["space.yaml"]);
    }
}
