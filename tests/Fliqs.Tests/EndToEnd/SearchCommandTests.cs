using System.Text.RegularExpressions;
using Fliqs.Storage;

namespace Fliqs.Tests.EndToEnd;

public sealed class SearchCommandTests
{
    [Fact]
    public async Task A_run_prints_its_layers_and_leaves_all_of_itself_in_its_folder()
    {
        using var cli = new Cli();
        var run = (await cli.Run($"search --epochs 1 --uniform {Cli.Tiny} --out first")).Ended(0);

        Assert.Equal(
            ["checkpoint", "config.yaml", "metrics.jsonl", "model.safetensors", "report.html", "result.json", "tensorboard"],
            Directory.GetFileSystemEntries(cli["first"]).Select(f => Path.GetFileName(f)!).Order());
        Assert.Equal(20, File.ReadLines(cli["first/metrics.jsonl"]).Count());
        Assert.NotEmpty(Directory.GetFiles(cli["first/tensorboard"]));

        var result = ResultFile.Parse(await File.ReadAllTextAsync(cli["first/result.json"]));
        var rows = Regex.Matches(run.Out, @"^ (?<layer>\S+) +(?<weight>INT\d) +(?<activation>INT\d) +[\d.]+ +[\d.]+ +(?<share>[\d.]+) %", RegexOptions.Multiline);
        Assert.Equal(result["assignment"]!.AsObject().Select(l => l.Key), rows.Select(r => r.Groups["layer"].Value));
        Assert.All(rows, r => Assert.Equal(r.Groups["weight"].Value, (string?)result["assignment"]![r.Groups["layer"].Value]!["weight"]));
        Assert.Equal(100, rows.Sum(r => double.Parse(r.Groups["share"].Value)), 1.0);
        Assert.Matches(@"(?m)^cost +0\.\d{4} MBOPs, [\d.]+ % of the target 0\.4461 MBOPs$", run.Out);
        Assert.Matches(@"(?m)^test accuracy +[\d.]+ % \(validation [\d.]+ %\)$", run.Out);
        Assert.Matches(@"(?m)^uniform INT3 +[\d.]+ % \(validation [\d.]+ %\), same recipe, at 0\.4461 MBOPs$", run.Out);
        Assert.Matches(@"(?m)^run folder +first$", run.Out);
        Assert.Matches(@"(?m)^epoch 1  loss [\d.]+  train [\d.]+ %  validation [\d.]+ %  cost 0\.\d+/0\.4461 MBOPs  entropy", run.Error);
        Assert.DoesNotContain('\e', run.Out + run.Error);
        Assert.DoesNotContain('\r', run.Out + run.Error);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_result_and_json_is_all_that_is_printed()
    {
        using var cli = new Cli();
        var first = (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --out first --json")).Ended(0);
        var second = (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --out second --json --quiet")).Ended(0);
        var other = (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --out other --json --quiet --seed 2")).Ended(0);

        Assert.Equal(await File.ReadAllTextAsync(cli["first/result.json"]), first.Out);
        Assert.Equal(ResultFile.Comparable(first.Out), ResultFile.Comparable(second.Out));
        Assert.Equal(await File.ReadAllBytesAsync(cli["first/model.safetensors"]), await File.ReadAllBytesAsync(cli["second/model.safetensors"]));
        Assert.NotEqual(await File.ReadAllBytesAsync(cli["first/model.safetensors"]), await File.ReadAllBytesAsync(cli["other/model.safetensors"]));
        Assert.Empty(second.Error);

        var result = ResultFile.Parse(first.Out);
        Assert.InRange((double)result["accuracy"]!, 0.1, 1);
        Assert.InRange((double)result["validationAccuracy"]!, 0.1, 1);
        Assert.InRange((double)result["cost"]!, 0, (double)result["target"]!);
        Assert.Equal("GBOPs", (string?)result["costUnit"]);
        Assert.Equal(1, (int)result["seed"]!);
        Assert.Equal("first", (string?)result["runFolder"]);
        Assert.True((double)result["seconds"]! > 0);
        Assert.Equal(["weight", "activation"], result["assignment"]!["conv1"]!.AsObject().Select(side => side.Key));
    }

    [Fact]
    public async Task A_finished_run_can_be_evaluated_trained_again_and_asked_for_its_result()
    {
        using var cli = new Cli();
        var run = (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --out first --json --quiet")).Ended(0);

        var evaluation = ResultFile.Parse((await cli.Run("eval first --json")).Ended(0).Out);
        Assert.Equal((double)ResultFile.Parse(run.Out)["accuracy"]!, (double)evaluation["accuracy"]!);
        Assert.Equal((double)ResultFile.Parse(run.Out)["validationAccuracy"]!, (double)evaluation["validationAccuracy"]!);

        var again = (await cli.Run("search --resume first --json")).Ended(0);
        Assert.Equal(run.Out, again.Out);
        Assert.Equal("first: this run is complete; its result:\n", again.Error);
        var changed = (await cli.Run("search --resume first --epochs 3")).Ended(2);
        Assert.Equal("fliqs: first: is of another run, with epochs 1 instead of 3\n", changed.Error);

        var trained = ResultFile.Parse((await cli.Run($"train --epochs 1 {Cli.Tiny} --assignment first/result.json --out again --json --quiet")).Ended(0).Out);
        Assert.Equal(ResultFile.Parse(run.Out)["assignment"]!.ToJsonString(), trained["assignment"]!.ToJsonString());
        Assert.Equal((double)ResultFile.Parse(run.Out)["cost"]!, (double)trained["cost"]!, 1e-12);
        Assert.Null(trained["target"]);
        ResultFile.Comparable(trained.ToJsonString());
        var misfit = (await cli.Run("train --model resnet14 --assignment first/result.json")).Ended(2);
        Assert.Contains("first/result.json: the assignment has no formats for the layer 'layer1.1.conv1'", misfit.Error);

        await File.WriteAllTextAsync(cli["first/result.json"], run.Out.Replace("\"INT", "\"INX", StringComparison.Ordinal));
        Assert.Contains("unknown format 'INX", (await cli.Run("eval first")).Ended(2).ErrorLines.Single());
        File.Delete(cli["first/result.json"]);
        Assert.Contains("go on with it by --resume first", (await cli.Run("eval first")).Ended(2).ErrorLines.Single());
        Assert.Equal(["again", "first"], cli.FileNames);
    }

    [Fact]
    public async Task A_run_begins_with_the_weights_of_another()
    {
        using var cli = new Cli();
        (await cli.Run($"train --epochs 1 {Cli.Tiny} --out first --quiet")).Ended(0);
        var file = cli["first/model.safetensors"];
        // Hardly a step is taken, and from other weights if the file were not read.
        (await cli.Run($"train --epochs 1 {Cli.Tiny} --weights {file} --learning-rate 1e-9 --weight-decay 0 --seed 9 --out second --quiet")).Ended(0);

        using var first = Safetensors.Read(file);
        using var second = Safetensors.Read(cli["second/model.safetensors"]);
        Assert.All(first.Tensors.Where(t => t.Key.EndsWith(".weight", StringComparison.Ordinal)), t =>
            Assert.True((t.Value - second.Tensors[t.Key]).abs().max().item<float>() < 1e-6, t.Key));
        File.Move(file, cli["moved"]);
        (await cli.Run("eval second")).Ended(0);

        var misfit = (await cli.Run("train --model resnet14 --width 0.25 --weights moved --out third")).Ended(2);
        Assert.Contains("moved: it does not fit the model: 30 missing (layer1.1.conv1.weight, ", Assert.Single(misfit.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["first", "moved", "second"], cli.FileNames);
    }

    [Fact]
    public async Task A_file_of_options_counts_and_the_line_wins_over_it()
    {
        using var cli = new Cli();
        await File.WriteAllTextAsync(cli["mine.yaml"], "model: resnet8\nwidth: 0.25\nbatch: 64\nepochs: 1\nseed: 5\nspace: [INT4, INT8]\ntarget: 1.5xINT4\nuniform: false\nthreads: 1\nout: here\n");
        var result = ResultFile.Parse((await cli.Run("search --config mine.yaml --seed 7 --json --quiet")).Ended(0).Out);

        Assert.Equal(7, (int)result["seed"]!);
        Assert.Equal("INT4,INT8", (string?)result["config"]!["space"]);
        Assert.Contains("seed: 7\n", await File.ReadAllTextAsync(cli["here/config.yaml"]));
        Assert.All(result["assignment"]!.AsObject(), l => Assert.Contains((string)l.Value!["weight"]!, new[] { "INT4", "INT8" }));
    }

    [Fact]
    public async Task A_loss_that_is_no_number_ends_the_run_with_one_line()
    {
        using var cli = new Cli();
        var run = (await cli.Run($"train --epochs 1 {Cli.Tiny} --learning-rate 1e30 --out here --quiet")).Ended(1);

        Assert.Matches(@"^fliqs: training diverged: the loss is \S+ at step \d+; lower the learning rate", run.ErrorLines.Single());
        Assert.False(File.Exists(cli["here/result.json"]));
    }
}
