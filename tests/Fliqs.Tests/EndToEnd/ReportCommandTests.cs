namespace Fliqs.Tests.EndToEnd;

public sealed class ReportCommandTests
{
    [Fact]
    public async Task The_page_of_a_run_is_made_again_with_its_plots_as_files()
    {
        using var cli = new Cli();
        (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --out first --quiet")).Ended(0);
        var page = await File.ReadAllTextAsync(cli["first/report.html"]);

        var run = (await cli.Run("report first --out shown")).Ended(0);
        Assert.Equal($"{Path.Combine("shown", "report.html")}\n{Path.Combine("shown", "plots")}: 7 charts as SVG and PNG\n", run.Out);
        Assert.Equal(page, await File.ReadAllTextAsync(cli["shown/report.html"]));
        Assert.Equal(
            ["accuracy", "cost", "entropy", "formats", "loss", "policy", "reward"],
            Directory.GetFiles(cli["shown/plots"], "*.png").Select(f => Path.GetFileNameWithoutExtension(f)).Order());
        Assert.Equal(7, Directory.GetFiles(cli["shown/plots"], "*.svg").Length);

        Assert.Equal("fliqs: --out: the value is empty", (await cli.Run("report first --out ''")).Ended(2).ErrorLines.Single());
        Assert.Contains("first/report.html/deep: cannot be made", (await cli.Run("report first --out first/report.html/deep")).Ended(2).ErrorLines.Single());
        (await cli.Run("report first")).Ended(0);
        Assert.True(Directory.Exists(cli["first/plots"]));
        Assert.Equal("fliqs: first/report.html: is a file; give a folder with --out", (await cli.Run("report first --out first/report.html")).Ended(2).ErrorLines.Single());
    }
}
