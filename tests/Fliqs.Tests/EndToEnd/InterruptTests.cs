namespace Fliqs.Tests.EndToEnd;

public sealed class InterruptTests
{
    private const string Search = $"search --epochs 6 {Cli.Tiny}";

    [Fact]
    public async Task An_interrupted_search_goes_on_to_the_result_of_the_uninterrupted_one()
    {
        using var cli = new Cli();
        (await cli.Run($"{Search} --uniform --out whole --quiet")).Ended(0);

        var stopped = (await cli.Interrupt($"{Search} --uniform --out parts", ("epoch 1 ", Cli.SigInt))).Ended(130);
        Assert.Equal("fliqs: interrupted, a checkpoint is saved; go on with: fliqs search --resume parts", stopped.ErrorLines[^1]);
        Assert.DoesNotContain('\e', stopped.Error);
        Assert.False(File.Exists(cli["parts/result.json"]));
        var config = await File.ReadAllTextAsync(cli["parts/config.yaml"]);
        Assert.StartsWith("verb: search\n", config);
        Assert.Contains("'fliqs search'; go on with it by: fliqs search --resume parts", (await cli.Run("train --resume parts")).Ended(2).ErrorLines.Single());
        Assert.Contains("with epochs 6 instead of 9", (await cli.Run("search --resume parts --epochs 9")).Ended(2).ErrorLines.Single());
        Assert.Equal(config, await File.ReadAllTextAsync(cli["parts/config.yaml"]));

        // once more by the other signal, without a name, in the newest checkpoint but one, and while the uniform format trains
        (await cli.Interrupt("search --resume parts", ("going on with parts", Cli.SigTerm))).Ended(130);
        Truncate(Directory.GetFiles(cli["parts/checkpoint"]).Max()!);
        var last = (await cli.Interrupt("search --resume --out parts", ("training uniform INT3", Cli.SigInt))).Ended(130);
        Assert.StartsWith("passing over a damaged checkpoint: ", last.ErrorLines[0]);
        Assert.StartsWith("going on with parts from step ", last.ErrorLines[1]);
        (await cli.Run("search --resume parts --quiet")).Ended(0);

        Assert.Equal(
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["whole/result.json"])),
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["parts/result.json"])));
        Assert.Equal(await File.ReadAllBytesAsync(cli["whole/model.safetensors"]), await File.ReadAllBytesAsync(cli["parts/model.safetensors"]));
        Assert.Equal(await File.ReadAllTextAsync(cli["whole/metrics.jsonl"]), await File.ReadAllTextAsync(cli["parts/metrics.jsonl"]));
    }

    [Fact]
    public async Task A_signal_before_the_first_step_leaves_a_run_that_can_be_gone_on_with()
    {
        using var cli = new Cli();
        (await cli.Interrupt($"train --epochs 20 {Cli.Tiny} --out early", ("run folder", Cli.SigInt))).Ended(130);
        (await cli.Run("train --resume early --quiet")).Ended(0);
        Assert.Equal(400, File.ReadLines(cli["early/metrics.jsonl"]).Count());
    }

    [Fact]
    public async Task A_signal_while_data_are_read_ends_the_run_at_once_and_leaves_nothing()
    {
        using var cli = new Cli();
        Directory.CreateDirectory(cli["data"]);
        foreach (var name in new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" })
            cli.MakePipe($"data/{name}-ubyte");

        var stopped = (await cli.InterruptAt("data/train-labels-idx1-ubyte", "train --data mnist --data-dir data", Cli.SigInt)).Ended(130);
        Assert.Empty(stopped.Out + stopped.Error);
        Assert.Equal(["data"], cli.FileNames);
    }

    /// <summary>A run that waits for a pipe for ever takes no step, so the first signal cannot end it, only the second can.</summary>
    [Fact]
    public async Task A_second_signal_ends_at_once()
    {
        using var cli = new Cli();
        Directory.CreateDirectory(cli["stuck"]);
        await File.WriteAllTextAsync(cli["stuck/config.yaml"], "model: resnet8\nthreads: 1\n");
        cli.MakePipe("stuck/metrics.jsonl");

        var stopped = await cli.Interrupt("train --resume stuck", ("there is no checkpoint", Cli.SigInt), ("stopping after this step", Cli.SigTerm));
        stopped.Ended(128 + Cli.SigTerm);
        Assert.EndsWith("Ctrl-C again ends at once, without a checkpoint\n", stopped.Error);
        Assert.Equal([".running", "config.yaml", "metrics.jsonl"], Directory.GetFileSystemEntries(cli["stuck"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_checkpoint_of_another_run_is_refused()
    {
        using var cli = new Cli();
        (await cli.Interrupt($"train --epochs 30 {Cli.Tiny} --out one", ("epoch 1 ", Cli.SigInt))).Ended(130);
        (await cli.Interrupt($"train --epochs 30 {Cli.Tiny} --width 0.5 --out two".Replace("--width 0.25 ", ""), ("epoch 1 ", Cli.SigInt))).Ended(130);
        Directory.Delete(cli["one/checkpoint"], recursive: true);
        Directory.Move(cli["two/checkpoint"], cli["one/checkpoint"]);

        var refused = (await cli.Run("train --resume one")).Ended(2);
        Assert.Equal($"fliqs: {Path.Combine("one", "checkpoint")}: is of another run, with width 0.5 instead of 0.25", refused.ErrorLines.Single());
    }

    private static void Truncate(string file)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
    }
}
