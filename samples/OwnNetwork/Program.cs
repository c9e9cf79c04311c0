// A network of one's own, from stock TorchSharp layers to a verified ONNX file: its formats are searched while it is trained.
// Everything here is described in docs/guide/library.md. It takes a few seconds.

using System.Globalization;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace OwnNetwork;

/// <summary>Searches, trains, exports and verifies.</summary>
public static class Program
{
    private const int Epochs = 20;
    private const int BatchSize = 64;

    /// <summary>Takes the ONNX file to write, or nothing for own-network.onnx.</summary>
    public static void Main(string[] arguments)
    {
        NativeAllocator.KeepLargeBlocks();     // first of all: memory stays for the next step
        OpenMpThreads.SleepSoon();             // before anything of LibTorch: other programs get the processor
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

        // The network. Its convolutions and linear layers become layers whose formats can change between two steps.
        random.manual_seed(1);
        var (network, kept) = ModelConversion.Quantize(nn.Sequential(
            ("conv1", nn.Conv2d(1, 16, 3, padding: 1)), ("norm1", nn.BatchNorm2d(16)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(16, 32, 3, padding: 1)), ("norm2", nn.BatchNorm2d(32)), ("relu2", nn.ReLU()), ("pool2", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()), ("fc", nn.Linear(32, 10))));
        foreach (var (name, reason) in kept)
            Console.WriteLine($"{name} stays as it is: {reason}");
        using var model = new QuantizedModel(network, inputShape: [1, 8, 8]);
        foreach (var (_, layer) in model.Layers)
            layer.ComputesOnCodes = Processor.MultipliesBFloat16;

        // The question: which formats, at no more than the cost of INT3 everywhere?
        var space = SearchSpace.Create(model.Shapes, NamedSpaces.Parse("int"), activations: ActivationMode.Separate);
        var cost = new BitOperations();
        var limit = CostTarget.Parse("1.0xINT3").Resolve(cost, model.Shapes);
        var budget = new Budget(new CostTable(cost, space, model.Shapes), limit);

        // The data, and the training.
        var (train, test) = DataSetCatalog.Load("digits");
        var data = DataSplit.Create(train, test, seed: 1);
        var batches = BatchLoader.Shuffled(data.Training, BatchSize, seed: 1, dropLast: true);
        var training = new TrainingOptions(Epochs, OptimizerKind.Sgd, LearningRate: 0.1, Momentum: 0.9, WeightDecay: 5e-4, LabelSmoothing: 0);
        using var trainer = new Trainer(model, training, Epochs * batches.BatchCount, CPU);
        using var journal = new RunJournal();

        // One run: search and training together.
        var context = new SearchContext(trainer, cost, batches, data.Validation, seed: 1, journal);
        new OneShotSearch("fliqs", space, budget, new OneShotOptions()).Run(context);
        foreach (var (name, formats) in model.Formats)
            Console.WriteLine($"{name,-6} {formats}");
        Console.WriteLine($"cost {context.CurrentCost() / limit * 100:0.0} % of the budget");
        Console.WriteLine($"test accuracy {trainer.Evaluate(data.Test) * 100:0.00} %");

        // The file: scales become constants, and ONNX Runtime has to agree.
        var file = arguments.Length > 0 ? arguments[0] : "own-network.onnx";
        Calibration.Run(model, BatchLoader.Shuffled(data.Training, BatchSize, seed: 1).Epoch(0), CPU);
        var exported = OnnxExport.Create(model);
        exported.Save(file);
        var report = Verification.Run(model, exported, data.Test);
        Console.WriteLine($"{file}: ONNX Runtime agrees on {report.Agreement * 100:0.00} % of the predictions, accuracy {report.ExportedAccuracy * 100:0.00} %");
    }
}
