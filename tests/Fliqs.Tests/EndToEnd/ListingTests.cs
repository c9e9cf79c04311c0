using System.Globalization;

namespace Fliqs.Tests.EndToEnd;

public sealed class ListingTests
{
    [Fact]
    public async Task Help_is_shown_when_nothing_is_asked_for()
    {
        using var cli = new Cli();
        var help = (await cli.Run("")).Ended(0).Out;

        Assert.All(new[] { "search", "train", "eval", "report", "cost", "formats", "data" }, verb => Assert.Matches($"(?m)^  {verb} +\\w+", help));
        Assert.Equal(help, (await cli.Run("--help")).Ended(0).Out);
        Assert.Equal(help, (await cli.Run("help")).Ended(0).Out);
        Assert.Matches(@"^\d+\.\d+\.\d+", (await cli.Run("--version")).Ended(0).Out);
    }

    [Theory]
    [InlineData("search", "Common options:;The run:;Network:;Data:;Training:;Method:")]
    [InlineData("train", "Common options:;The run:;Network:;Data:;Training:;Method:")]
    [InlineData("eval", "Options:")]
    [InlineData("report", "Options:")]
    [InlineData("cost", "Options:;Networks:")]
    [InlineData("formats", "Options:")]
    [InlineData("data", "Options:")]
    public async Task Help_of_a_verb_has_an_example_and_groups(string verb, string headings)
    {
        using var cli = new Cli();
        var lines = (await cli.Run($"{verb} --help")).Ended(0).Out.Split('\n');

        Assert.StartsWith($"fliqs {verb}: ", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("Example: ", StringComparison.Ordinal) && line.Contains($"fliqs {verb}", StringComparison.Ordinal));
        Assert.Equal(headings.Split(';'), lines.Where(line => line.EndsWith(':') && line[0] != ' '));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 110));
        Assert.Equal(lines, (await cli.Run($"help {verb}")).Ended(0).Out.Split('\n'));
    }

    [Fact]
    public async Task Cost_agrees_with_counting_by_hand()
    {
        using var cli = new Cli();
        var report = ResultFile.Parse(
            (await cli.Run("cost --model resnet8 --width 0.25 --input 8 --format INT4 --override conv1=INT8 --override fc=BF16 --json")).Ended(0).Out);

        // conv1: 4 filters of 3 x 3 on 8 x 8 pixels; fc: 16 inputs, 10 classes
        var layers = report["layers"]!.AsArray().ToDictionary(l => (string)l!["name"]!, l => l!);
        Assert.Equal(4 * 9 * 64, (long)layers["conv1"]["macs"]!);
        Assert.Equal(160, (long)layers["fc"]["macs"]!);
        Assert.Equal(49568, (long)report["macs"]!);
        Assert.Equal(5142, (long)report["parameters"]!);
        Assert.Equal(((49568 - 2304 - 160) * 16 + 2304 * 64 + 160 * 256) / 1e9, (double)report["gbops"]!, 1e-15);
        Assert.Equal((layers.Values.Sum(l => (long)l["weights"]!) + 36 + 3 * 160) / 2.0, (double)report["sizeBytes"]!);

        var table = (await cli.Run("cost --model resnet8 --width 0.25 --input 8 --format INT4")).Ended(0).Out;
        Assert.Matches(@"(?m)^ layer +weights +activations +MMACs +parameters +kB +MBOPs\s*$", table);
        Assert.Matches(@"(?m)^ conv1 +INT4 +INT4 +0\.002 +36 +0\.0 +0\.0369\s*$", table);
        Assert.EndsWith("0.05 MMACs, 5,142 parameters, 2.482 kB of weights, 0.7931 MBOPs\n", table);
    }

    [Fact]
    public async Task Cost_of_a_published_network_needs_neither_data_nor_input()
    {
        using var cli = new Cli();
        var report = ResultFile.Parse((await cli.Run("cost --model mobilenet_v2 --format INT4 --override features.*.conv.*=INT4/INT8 --json")).Ended(0).Out);
        Assert.Equal(3_504_872, (long)report["parameters"]!);
        Assert.Equal(300_774_272, (long)report["macs"]!);
        var layers = report["layers"]!.AsArray().ToDictionary(l => (string)l!["name"]!, l => ((string)l!["weight"]!, (string)l["activation"]!, (long)l["macs"]!));
        Assert.Equal(53, layers.Count);
        var apart = layers.Where(l => l.Value.Item2 == "INT8").ToList();
        Assert.Equal(layers.Keys.Where(k => k.Contains(".conv.", StringComparison.Ordinal)), apart.Select(l => l.Key));
        Assert.Equal((300_774_272 + apart.Sum(l => l.Value.Item3)) * 16 / 1e9, (double)report["gbops"]!, 1e-9);
    }

    [Theory]
    [InlineData("E2M1")]
    [InlineData("E4M3")]
    [InlineData("E5M2")]
    public async Task Rounding_agrees_with_the_reference_rows_to_the_bit(string format)
    {
        using var cli = new Cli();
        var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", $"{format.ToLowerInvariant()}.csv"))
            .Skip(1).Select(line => line.Split(',')).ToList();
        var run = (await cli.Run($"formats --round {format} --bits", string.Concat(rows.Select(r => r[0] + "\n")))).Ended(0);

        Assert.True(rows.Count > 4000);
        Assert.Equal(rows.Select(r => OneNaN(r[1])), run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(OneNaN));
    }

    /// <summary>All patterns of a NaN count as the same.</summary>
    private static string OneNaN(string hex) =>
        float.IsNaN(BitConverter.UInt32BitsToSingle(Convert.ToUInt32(hex, 16))) ? "NaN" : hex;

    [Fact]
    public async Task Formats_are_listed_shown_and_rounded_to()
    {
        using var cli = new Cli();
        var lines = (await cli.Run("formats")).Ended(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("format      bits            min            max     min normal       smallest", lines[0]);
        Assert.Contains("INT4           4             -7              7              1              1", lines);
        Assert.Contains("E4M3           8           -448            448       0.015625    0.001953125", lines);
        Assert.Contains("FP32          32 -3.4028235E+38  3.4028235E+38  1.1754944E-38          1E-45", lines);

        Assert.Equal(
            "E2M1: 4 bits, -6 to 6, min normal 1, smallest step 0.5\nused with a scale\n-6 -4 -3 -2 -1.5 -1 -0.5 0 0.5 1 1.5 2 3 4 6\n",
            (await cli.Run("formats e2m1")).Ended(0).Out);
        Assert.Contains(
            "blocks of 16 elements of E2M1 share a scale in E4M3; values of an element:\n-6 -4 -3 ", (await cli.Run("formats nvfp4")).Ended(0).Out, StringComparison.Ordinal);
        Assert.Equal("6 -0.5 4\n0.5\n", (await cli.Run("formats --round MXFP4", "7 -0.6 4.9\n0.55\n")).Ended(0).Out);
        Assert.Equal("3\n0.33333334\n", (await cli.Run("formats --round FP32", $"3\n\n{(1 / 3f).ToString(CultureInfo.InvariantCulture)}\n")).Ended(0).Out);

        var stopped = (await cli.Run("formats --round E4M3 --bits", "3f800000\nxyz\n")).Ended(2);
        Assert.Equal("3f800000\n", stopped.Out);
        Assert.Equal("fliqs: standard input, line 2: 'xyz' is not a float32 bit pattern of 8 hex digits\n", stopped.Error);
    }

    [Fact]
    public async Task Data_sets_are_listed_with_the_place_they_are_looked_for()
    {
        using var cli = new Cli();
        var listing = (await cli.Run("data --data-dir here")).Ended(0).Out;

        Assert.Matches(@"(?m)^digits: .+\n  1 x 8 x 8 pixels, 10 classes; .+\n  found, built in\n", listing);
        Assert.Matches(@"(?m)^fashion-mnist: .+\n  1 x 28 x 28 pixels, 10 classes; .+\n  not found in here; to get it: .+\n", listing);
        var names = ResultFile.Parse((await cli.Run("data --json")).Ended(0).Out)["dataSets"]!.AsArray().Select(d => (string?)d!["info"]!["name"]);
        Assert.Equal(["digits", "fashion-mnist", "mnist", "kmnist", "cifar10", "cifar100", "imagefolder", "imagenet"], names);
        Assert.Matches(@"(?m)^imagefolder: .+\n  3 x 224 x 224 pixels unless --input says otherwise, as many classes as folders; .+\n  not found in here; ", listing);
    }
}
