using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs.Tests.EndToEnd;

public sealed class ExportCommandTests
{
    [Fact]
    public async Task A_run_is_exported_and_verified()
    {
        using var cli = new Cli();
        (await cli.Run($"search --epochs 1 --uniform false {Cli.Tiny} --space INT4,INT8,E2M1 --target 1.5xINT4 --out first --quiet")).Ended(0);
        var export = await cli.Run("export first --onnx first.onnx --calibration 200");
        var text = export.Out;
        Assert.Matches(@"(?m)^onnx +first\.onnx, 0\.\d+ MB, 0\.\d+ of its float32 parameters, opset 21$", text);
        Assert.Matches(@"(?m)^agreement +(100\.00|99\.\d\d) % of the predictions, largest difference 0\.\d+ of the largest logit$", text);

        var second = await cli.Run("export first --onnx second.onnx --safetensors codes --calibration 200 --json --quiet");
        var json = ResultFile.Parse(second.Out);
        Assert.Equal((Code(json), Code(json)), (export.ExitCode, second.ExitCode));
        Assert.Equal(await File.ReadAllBytesAsync(cli["first.onnx"]), await File.ReadAllBytesAsync(cli["second.onnx"]));
        Assert.Equal(355, (int)json["onnx"]!["verification"]!["images"]!);
        Assert.Equal("codes", (string?)json["safetensors"]);

        using var codes = Safetensors.Read(cli["codes"]);
        using var scope = NewDisposeScope();
        var formats = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(codes.Metadata["fliqs.assignment"])!;
        foreach (var (layer, pair) in formats.Where(f => f.Value.GetProperty("weight").GetString()!.StartsWith("INT", StringComparison.Ordinal)))
        {
            var scales = codes.Tensors[layer + ".weight.scales"];
            var shape = codes.Tensors[layer + ".weight"].shape.Select((size, d) => d == 0 ? size : 1L).ToArray();
            var decoded = codes.Tensors[layer + ".weight.codes"].to(ScalarType.Float32) * scales.reshape(shape);
            var distance = (decoded - codes.Tensors[layer + ".weight"]).abs().mean().item<float>();
            Assert.True(distance < scales.mean().item<float>(), $"{layer} {pair}: {distance}");
            Assert.True(codes.Tensors[layer + ".input.scale"].item<float>() > 0);
        }

        Assert.Contains("name the file to write", (await cli.Run("export first")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Contains("there is no folder", (await cli.Run("export first --onnx gone/file")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Contains("--calibration: 0 is out of range", (await cli.Run("export first --onnx f --calibration 0")).Ended(2).ErrorLines.Single(), StringComparison.Ordinal);
        Assert.Equal(["codes", "first", "first.onnx", "second.onnx"], cli.FileNames);
    }

    [Fact]
    public async Task A_network_in_blocks_is_exported()
    {
        using var cli = new Cli();
        (await cli.Run($"train --epochs 1 {Cli.Tiny} --format NVFP4 --out run --quiet")).Ended(0);
        var export = await cli.Run("export run --onnx run.onnx --safetensors run.safetensors --json --quiet");
        var report = ResultFile.Parse(export.Out);
        Assert.Equal(Code(report), export.ExitCode);
        Assert.InRange((double)report["onnx"]!["verification"]!["agreement"]!, 0.99, 1);
        using var codes = Safetensors.Read(cli["run.safetensors"]);
        Assert.Equal(ScalarType.Byte, codes.Tensors["conv1.weight.block_scales"].dtype);
    }

    /// <summary>The exit code that goes with the agreement: a single prediction of 355 that tips is more than one in a thousand.</summary>
    private static int Code(JsonNode report) => (double)report["onnx"]!["verification"]!["agreement"]! >= 0.999 ? 0 : 1;
}
