namespace Fliqs.Tests.EndToEnd;

public sealed class JointSearchTests
{
    private const string Space = """
        stem: 8
        head: 16
        stride: 1
        stages:
          - {channels: 8, expansion: 1, kernel: [3, 5]}
          - {channels: 8, blocks: 2, stride: 2, kernel: [3, 5], expansion: [2, 3], filters: [1, 2], skip: true}
        """;

    private const string Search = "search --model space.yaml --nas --space INT4,INT8 --target 1.0xINT4 --batch 64 --threads 1 --uniform false --epochs 6";

    [Fact]
    public async Task Formats_and_architecture_are_found_in_one_run_that_can_be_interrupted_and_the_result_is_a_plain_network()
    {
        using var cli = new Cli();
        await File.WriteAllTextAsync(cli["space.yaml"], Space);
        var whole = (await cli.Run($"{Search} --from-scratch --out whole")).Ended(0);
        (await cli.Interrupt($"{Search} --from-scratch --out parts", ("epoch 1 ", Cli.SigInt))).Ended(130);
        (await cli.Interrupt("search --resume parts", ("training what was found from scratch", Cli.SigInt))).Ended(130);
        (await cli.Run("search --resume parts --quiet")).Ended(0);
        Assert.Equal(
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["whole/result.json"])),
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["parts/result.json"])));
        Assert.Equal(await File.ReadAllBytesAsync(cli["whole/model.safetensors"]), await File.ReadAllBytesAsync(cli["parts/model.safetensors"]));

        var result = ResultFile.Parse(await File.ReadAllTextAsync(cli["whole/result.json"]));
        Assert.InRange((double)result["cost"]!, 0, (double)result["target"]!);
        Assert.Equal(["stage1.block1", "stage2.block1", "stage2.block2"], result["blocks"]!.AsArray().Select(b => (string)b!["name"]!));
        Assert.Equal(
            result["blocks"]!.AsArray().Select(b => (int?)b!["channels"]).Where(c => c is not null),
            result["architecture"]!["stages"]!.AsArray().Select(s => (int?)s!["channels"]));
        var skipped = (string?)result["decisions"]!.AsArray().Single(d => (string)d!["name"]! == "stage2.block2.skip")!["choice"] == "yes";
        Assert.Equal(skipped, result["decisions"]!.AsArray().Single(d => (string)d!["name"]! == "stage2.block2.kernel")!["choice"] is null);
        Assert.Matches(@"(?m)^ stage2\.block1 +[35] +[23] +(8|16) +2 ", whole.Out);

        // measured, costed and trained on like any other
        var evaluated = ResultFile.Parse((await cli.Run("eval whole --json")).Ended(0).Out);
        Assert.Equal((double)result["accuracy"]!, (double)evaluated["accuracy"]!);
        var cost = ResultFile.Parse((await cli.Run("cost --model whole/result.json --assignment whole/result.json --input 8 --channels 1 --classes 10 --json")).Ended(0).Out);
        Assert.Equal((double)result["cost"]!, (double)cost["gbops"]!, 1e-12);
        (await cli.Run("train --model whole/result.json --assignment whole/result.json --weights whole/model.safetensors --epochs 1 --batch 64 --threads 1 --out on --quiet")).Ended(0);
        Assert.Equal((double)result["cost"]!, (double)ResultFile.Parse(await File.ReadAllTextAsync(cli["on/result.json"]))["cost"]!, 1e-12);
    }

    [Theory]
    [InlineData("search --nas", "nas: resnet8 has no blocks to choose; use mobilenet_v2, efficientnet_b0 or a YAML file of blocks")]
    [InlineData("search --nas --model mobilenet_v2 --method manual", "'nas' is not an option of the method manual")]
    [InlineData("search --nas --model mobilenet_v2 --weights a.safetensors", "begins with new weights; leave out --weights or --nas")]
    [InlineData("search --nas --model gone.yaml", "gone.yaml: cannot be read")]
    [InlineData("search --nas --model mobilenet_v2 --width 0.25 --stem small --target 0.0001MBOPs", "is below the cheapest assignment of the space, ")]
    public async Task One_line_says_what_is_wrong_and_nothing_is_left(string line, string message)
    {
        using var cli = new Cli();
        var run = (await cli.Run(line)).Ended(2);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(cli.FileNames);
    }

    [Fact]
    public async Task Architecture_alone_is_searched_in_a_space_of_one_format_and_trained_from_scratch_as_well()
    {
        using var cli = new Cli();
        await File.WriteAllTextAsync(cli["space.yaml"], Space);
        var run = (await cli.Run($"{Search} --from-scratch --out only --quiet --method fliqs-plain --quality validation-accuracy".Replace("INT4,INT8", "INT4").Replace("1.0x", "1.5x").Replace("epochs 6", "epochs 2"))).Ended(0);
        var result = ResultFile.Parse(await File.ReadAllTextAsync(cli["only/result.json"]));
        Assert.InRange((double)result["fromScratch"]!["accuracy"]!, 0.1, 1);
        Assert.Matches(@"(?m)^from scratch +[\d.]+ % \(validation [\d.]+ %\), what was found from other weights, same recipe$", run.Out);
        Assert.All(result["layers"]!.AsArray(), l => Assert.Equal("INT4", (string?)l!["weight"]));
    }
}
