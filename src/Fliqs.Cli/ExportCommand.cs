using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fliqs.Export;
using Fliqs.OnnxRuntime;
using Fliqs.Space;
using Fliqs.Storage;
using TorchSharp;

namespace Fliqs.Cli;

internal static class ExportCommand
{
    private const int CalibrationImages = 1024;
    private const int Repeats = 30;

    public static Command Create()
    {
        var command = new Verb(
            "export", "write the network of a finished run as ONNX, or its codes and scales, and prove that the file computes the same",
            "fliqs export runs/first --onnx first.onnx");
        var run = new Argument<string>("run") { Description = "the run folder" };
        var onnx = new Option<string?>("--onnx") { Description = "ONNX file to write", HelpName = "FILE" };
        var codes = new Option<string?>("--safetensors") { Description = "safetensors file to write: float masters, codes and scales", HelpName = "FILE" };
        var verify = Switch("--verify", "run the ONNX file on ONNX Runtime over the test images beside our own evaluation [true]");
        var fold = Switch("--fold-norms", "take batch norms into the scales and biases of the layers before them [true]");
        var runtime = new Option<string?>("--runtime")
        {
            Description = $"refuse formats that a target does not compute in, and write INT8 as it asks for: {string.Join(", ", RuntimeTable.Names)} [INT8 for the target of the search]",
            HelpName = "NAME",
        };
        var calibration = new Option<int>("--calibration")
        {
            Description = $"training images that the static scales of activations are found on [{CalibrationImages}]",
            HelpName = "IMAGES",
            DefaultValueFactory = _ => CalibrationImages,
        };
        var dataDir = new Option<string?>("--data-dir") { Description = "folder of the data set's files", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "print one JSON object on standard output and nothing else there" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress" };
        command.Arguments.Add(run);
        foreach (var option in new Option[] { onnx, codes, verify, fold, runtime, calibration, dataDir, json, quiet })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var (onnxFile, codesFile) = (OutputFile.Check(onnx.Name, parsed.GetValue(onnx)), OutputFile.Check(codes.Name, parsed.GetValue(codes)));
            if (onnxFile is null && codesFile is null)
                throw new InputException("name the file to write with --onnx or --safetensors");
            if (parsed.GetValue(calibration) is < 1 and var images)
                throw new InputException($"--calibration: {images} is out of range, it has to be at least 1");
            var folder = RunFolder.Open(parsed.GetValue(run)!);
            if (new[] { onnxFile, codesFile }.OfType<string>().FirstOrDefault(folder.Owns) is { } owned)
                throw new InputException($"{owned}: is a file of the run itself; name another");
            if (onnxFile is not null && codesFile is not null && Path.GetFullPath(onnxFile) == Path.GetFullPath(codesFile))
                throw new InputException($"{onnxFile}: is asked for by --onnx and by --safetensors; name two files");
            using var trained = TrainedRun.Load(folder, parsed.GetValue(dataDir));
            if (parsed.GetValue(runtime) is { } asked)
                Check(trained, RuntimeTable.Parse(asked));
            var target = (parsed.GetValue(runtime) ?? trained.Config.Runtime) is { } name ? RuntimeTable.Parse(name) : null;
            torch.set_num_threads(trained.Config.Threads ?? Environment.ProcessorCount);
            trained.Calibrate(parsed.GetValue(calibration));
            if (codesFile is not null)
                CodesFile.Write(trained.Model, codesFile, trained.Metadata());
            var report = onnxFile is null ? null : Export(
                trained, onnxFile, new ExportOptions { FoldNorms = parsed.GetValue(fold), OffsetInt8 = target?.OffsetInt8 ?? true }, parsed.GetValue(verify), parsed.GetValue(quiet));
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(new { onnx = report, safetensors = codesFile }, JsonFormat.Indented));
            else
                Print(report, codesFile);
            return report?.Verification is { Passed: false } failed ? Departs(failed) : ExitCode.Done;
        });
        return command;
    }

    private static Option<bool> Switch(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => true,
    };

    private static void Check(TrainedRun run, RuntimeTable runtime)
    {
        var kinds = LayerKind.Of(run.Model);
        var refused = run.Model.Layers
            .Select(l => (l.Name, l.Layer.Formats, Reason: runtime.Refusal([kinds[l.Name].Split(' ')[0]], l.Layer.Formats.Weight, l.Layer.Formats.Activation)))
            .Where(l => l.Reason is not null).Select(l => $"{l.Name} in {l.Formats} ({l.Reason})").ToList();
        if (refused.Count > 0)
            throw new InputException(
                $"{runtime.Name} {runtime.Version} does not compute {string.Join(", ", refused)}; search with --runtime {runtime.Name}, or export without it");
    }

    private static ExportReport Export(TrainedRun run, string file, ExportOptions options, bool verify, bool quiet)
    {
        var network = OnnxExport.Create(run.Model, run.Metadata(), options);
        network.Save(file);
        VerificationReport? verification = null;
        if (verify)
        {
            using var line = new LiveLine(quiet);
            using var interrupt = new InterruptSignal(() => line.Write($"stopping the verification; {file} is complete"));
            verification = Verification.Run(
                run.Model, network, run.Data.Test, done => line.Progress("verifying", done, run.Data.Test.Count, "images"), interrupt.Token);
        }

        var latency = verify ? LatencyProfiler.OfNetwork(run.Model, network, Repeats) : null as double?;
        return new(file, new FileInfo(file).Length, 4 * run.Model.Parameters, network.Opset, run.Result.Accuracy, verification, latency);
    }

    private static void Print(ExportReport? report, string? codesFile)
    {
        if (codesFile is not null)
            Console.Out.WriteLine($"codes           {codesFile}");
        if (report is null)
            return;
        Console.Out.WriteLine(F($"onnx            {report.Path}, {report.Bytes / 1e6:0.000} MB, {report.Bytes / (double)report.FloatBytes:0.000} of its float32 parameters, opset {report.Opset}"));
        if (report.Verification is not { } v)
            return;
        Console.Out.WriteLine(F($"verified        on {v.Images} test images by ONNX Runtime {v.RuntimeVersion}"));
        Console.Out.WriteLine(F($"agreement       {v.Agreement * 100:0.00} % of the predictions, largest difference {v.LargestDifference:0.0000} of the largest logit"));
        Console.Out.WriteLine(F($"accuracy        {v.ExportedAccuracy * 100:0.00} %, ours with the same scales {v.Accuracy * 100:0.00} %, of the run {report.RunAccuracy * 100:0.00} %"));
        Console.Out.WriteLine(F($"latency         {report.Latency:0.000} ms for an image, on one thread"));
        foreach (var layer in v.Layers.Where(l => l.Differing > 0))
            Console.Out.WriteLine(F($"  {layer.Layer,-28} {layer.Differing * 100:0.000} % of its {(layer.Layer == Verification.Output ? "values" : "inputs")} differ, by up to {layer.LargestDifference:0.0000} of the largest"));
    }

    private static int Departs(VerificationReport report)
    {
        Console.Error.WriteLine(F($"fliqs: the exported network departs from the trained one: they agree on {report.Agreement * 100:0.00} % of the predictions")
            + (report.FirstDeparture is { } layer ? $"; first {(layer == Verification.Output ? "behind the last layer" : $"at the input of layer '{layer}'")}" : "; no layer departs by itself, the network magnifies rounding"));
        return ExitCode.Failed;
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
