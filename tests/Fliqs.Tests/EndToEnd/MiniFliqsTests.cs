using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Fliqs.Tests.EndToEnd;

public sealed partial class MiniFliqsTests
{
    [Fact]
    public async Task A_run_keeps_the_budget_and_learns_the_task()
    {
        var printed = await Run("1", "800");

        var rows = Row().Matches(printed).ToDictionary(row => row.Groups["name"].Value);
        Assert.Equal(["float", "INT3 everywhere", "FLIQS"], rows.Keys);
        Assert.All(rows.Values, row => Assert.InRange(Number(row, "accuracy"), 60, 100));    // guessing tells 33 % right
        Assert.Equal(1, Number(rows["INT3 everywhere"], "cost"));
        var bits = rows["FLIQS"].Groups["bits"].Value.Split(' ').Select(int.Parse).ToArray();
        Assert.Equal(5, bits.Length);
        Assert.All(bits, b => Assert.InRange(b, 2, 8));

        // the printed cost is that of the printed bits, and within the budget
        int[] widths = [2, 32, 32, 32, 32, 3];
        var macs = widths.Zip(widths.Skip(1), (inputs, outputs) => inputs * outputs).ToArray();
        var share = macs.Zip(bits, (m, b) => (double)m * b * b).Sum() / (macs.Sum() * 9);
        Assert.InRange(share, 0.4, 1);    // 4 / 9 is INT2 everywhere
        Assert.Equal(share, Number(rows["FLIQS"], "cost"), 0.0006);
    }

    [Fact]
    public async Task The_seed_decides_what_is_printed()
    {
        var first = await Run("5", "40");

        Assert.Equal(first, await Run("5", "40"));
        Assert.NotEqual(first, await Run("6", "40"));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public async Task A_policy_that_has_hardly_learnt_keeps_the_budget_too(string seed)
    {
        var printed = await Run(seed, "40");

        Assert.InRange(Number(Row().Matches(printed).Single(row => row.Groups["name"].Value == "FLIQS"), "cost"), 0.4, 1);
    }

    private static double Number(Match row, string group) =>
        double.Parse(row.Groups[group].Value, CultureInfo.InvariantCulture);

    private static async Task<string> Run(params string[] arguments)
    {
        var program = typeof(MiniFliqs.Program).Assembly.Location;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return printed;
    }

    [GeneratedRegex(
        @"^(?<name>float|INT3 everywhere|FLIQS) +((?<bits>\d( \d)*) +(?<cost>\d\.\d+) +)?(?<accuracy>[\d.]+)%\r?$",
        RegexOptions.Multiline)]
    private static partial Regex Row();
}
