using Fliqs.Cost;
using Fliqs.Storage;
using SkiaSharp;

namespace Fliqs.Tests.EndToEnd;

/// <summary>Measured latencies, several targets and targets' formats, from the table to a classified image.</summary>
public sealed class LatencyTests
{
    [Fact]
    public async Task A_search_keeps_a_latency_that_was_measured_and_a_size_at_once()
    {
        using var cli = new Cli();
        var profile = (await cli.Run("profile --model resnet8 --width 0.25 --space INT4,INT8 --activations tied --repeats 5 --out table")).Ended(0);
        Assert.Matches(@"(?m)^ *conv 4x1x3x3 stride 1 padding 1 at 8x8 signed to float +INT8 +INT8 +\d+\.\d+ +\d+ %", profile.Out);
        var table = LatencyTable.Read(cli["table"]);
        Assert.Equal(["FP32", "INT4", "INT8"], table.Entries.Select(e => e.Weight).Distinct().Order());
        Assert.All(table.Networks, n => Assert.True(n.Milliseconds > 0 && n.Layers > 0, $"{n}"));
        Assert.Equal(3, table.Networks.Count);

        Assert.NotEmpty(table.Changes);    // INT8 computes on integers, INT4 does not
        Assert.Equal(10, table.Checks.Count);
        Assert.Matches(@"(?m)^networks of formats at random are predicted within \d+ %, the median of 10", profile.Out);

        // Latencies of so small layers are noise; the table is made by hand from here on: INT8 costs twice as much as INT4, a change between them half as much.
        var layers = table.Entries.Select(e => e.Layer).Distinct().ToList();
        var made = table with
        {
            Entries = [.. table.Entries.Select(e => e with { Milliseconds = e.Weight == "INT4" ? 1 : 2 })],
            Changes = [.. from layer in layers from next in layers select new LatencyChange(layer, next, 0.5, 0.5)],
        };
        made.Save(cli["made"]);
        var search = ResultFile.Parse((await cli.Run(
            $"search --epochs 1 --uniform false {Cli.Tiny} --space INT4,INT8 --activations tied --cost latency --table made --target 16ms,3kB --out run --json --quiet")).Ended(0).Out);
        Assert.Equal("ms", (string?)search["costUnit"]);
        Assert.InRange((double)search["cost"]!, 9, 16);
        var found = search["layers"]!.AsArray().Select(l => (string)l!["weight"]!).ToList();
        Assert.Equal(found.Sum(f => f == "INT4" ? 1 : 2) + (0.5 * found.Zip(found.Skip(1)).Count(p => p.First != p.Second)), (double)search["cost"]!, 1e-9);
        var further = Assert.Single(search["further"]!.AsArray())!;
        Assert.InRange((double)further["cost"]!, 0, (double)further["target"]!);
        Assert.Equal((0.003, "MB"), ((double)further["target"]!, (string?)further["unit"]));

        var compared = ResultFile.Parse((await cli.Run(
            $"compare --epochs 1 {Cli.Tiny} --space INT4,INT8 --activations tied --cost latency --table made --targets 16ms --methods uniform,fliqs --seeds 1 --out compared --json --quiet")).Ended(0).Out);
        Assert.Equal("ms", (string?)compared["costUnit"]);
        Assert.Equal(10, (double)compared["runs"]![0]!["cost"]!);
        Assert.InRange((double)compared["runs"]![1]!["cost"]!, 10, 16);

        Assert.Contains("made: has no latency of layer 'conv1' (conv 4x1x3x3 stride 1 padding 1 at 8x8 signed to float) in INT2",
            (await cli.Run($"search {Cli.Tiny} --space INT2,INT8 --activations tied --cost latency --table made --target 16ms --out other")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Contains("needs a table of the machine", (await cli.Run("search --cost latency")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Contains("all but the first need a unit", (await cli.Run("search --target 1xINT3,1xINT4")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Contains("uniform keeps one target", (await cli.Run("search --method uniform --target 1xINT3,30kB")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_with_rounded_sums_is_profiled_searched_and_exported_alike()
    {
        using var cli = new Cli();
        const string network = "--model resnet8 --width 0.25 --round-sums --runtime onnxruntime-cpu";
        var profile = (await cli.Run($"profile {network} --space INT8,INT6 --activations tied --repeats 2 --out table --quiet")).Ended(0);
        var table = LatencyTable.Read(cli["table"]);
        Assert.Contains("to integers", profile.Out, StringComparison.Ordinal);
        Assert.Contains(table.Changes, c => c.Layer.EndsWith("to codes", StringComparison.Ordinal) && c.Next.EndsWith("to sum", StringComparison.Ordinal));
        Assert.Single(table.Entries.Select(e => e.Layer).Distinct(), l => l.EndsWith("to float", StringComparison.Ordinal));
        (table with { Entries = [.. table.Entries.Select(e => e with { Milliseconds = e.Weight == "INT6" ? 1 : 2 })] }).Save(cli["made"]);
        (await cli.Run($"search {network} --epochs 1 --uniform false --space INT8,INT6 --activations tied --cost latency --table made --target 15ms --out run --quiet")).Ended(0);
        var export = await cli.Run("export run --onnx run.onnx --json --quiet");
        Assert.InRange((double)ResultFile.Parse(export.Out)["onnx"]!["verification"]!["agreement"]!, 0.99, 1);
    }

    [Fact]
    public async Task A_target_masks_the_space_and_refuses_what_it_does_not_compute_in()
    {
        using var cli = new Cli();
        var run = (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --space INT4,INT8,BF16 --runtime tensorrt --target 1.5xINT8 --out run")).Ended(0);
        Assert.Contains("runtime tensorrt 10: INT4 (conv weights, conv activations, linear activations) left out of the space", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("INT4", run.Out, StringComparison.Ordinal);
        (await cli.Run("export run --onnx run.onnx --runtime tensorrt --verify false")).Ended(0);
        (await cli.Run($"train --epochs 1 {Cli.Tiny} --format INT4 --out narrow --quiet")).Ended(0);
        Assert.Contains("tensorrt 10 does not compute conv1 in INT4 (conv weights, conv activations), ",
            (await cli.Run("export narrow --onnx narrow.onnx --runtime tensorrt")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);

        // The sample classifies an image with the file.
        using (var bitmap = new SKBitmap(20, 20))
        using (var file = File.Create(cli["image.png"]))
        {
            bitmap.Erase(SKColors.Gray);
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        }

        var entry = typeof(ClassifyImage.Program).Assembly.Location;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", ["exec", entry, cli["run.onnx"], cli["image.png"]])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Matches(@"^(class \d: \d+\.\d ?%\n){3}$", (await process.StandardOutput.ReadToEndAsync()).ReplaceLineEndings("\n"));
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
