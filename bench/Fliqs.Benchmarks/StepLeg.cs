using System.Diagnostics;
using System.Text.Json;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Supernets;
using Fliqs.Training;
using static TorchSharp.torch;

namespace Fliqs.Benchmarks;

/// <summary>
/// One way to train one network for some steps, in a process of its own: <c>float</c> in FP32, <c>uniform</c> in INT4, <c>search</c> as
/// <c>fliqs search</c> does it, over the first <see cref="Formats"/> formats of the space that holds all. Of the architectures around a
/// network: <c>nas</c> as <c>fliqs search --nas</c> does it, <c>largest</c> the largest of them in INT4. Without this library, as stock modules
/// of TorchSharp with its defaults and those of the allocator: <c>plain</c> in FP32, <c>reference</c> with fake quantization as separate
/// tensor operations, formats drawn in each step.
/// </summary>
internal sealed record StepLeg(
    string Kind, string Model, int Size, int Batch, double? Width = null, int? Depth = null, int? Heads = null, int? Patch = null,
    Stem Stem = Stem.Standard, int Channels = 3, int Classes = 1000, int Formats = 7, int Steps = 24)
{
    /// <summary>What a leg took.</summary>
    /// <param name="Step">Median of the time of a step, milliseconds; of a search, of the steps that explore; where it tries architectures, of those steps.</param>
    /// <param name="Critic">The same of the steps that show their gradients to the critic; null but for a search.</param>
    /// <param name="PeakMemory">Of the whole process, bytes.</param>
    public sealed record Figures(double Step, double? Critic, long PeakMemory);

    public string Title => $"{Model}{(Width is null ? "" : $" width {Width}")}, {Size} px, batch {Batch}";

    private ModelSpec Spec => new(Model, Classes, Channels, Size, Width, Depth, Heads, Patch, Stem);

    /// <summary>The quantized layers of the network.</summary>
    public int CountLayers()
    {
        using var model = ModelCatalog.Create(Spec);
        return model.Layers.Count;
    }

    /// <summary>Runs the leg in a new process, so that its peak of memory is its own.</summary>
    public Figures Measure()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. Self(), "leg", JsonSerializer.Serialize(this)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Figures>(output)!
            : throw new InvalidOperationException($"{Kind} {Title} ended with {process.ExitCode}");
    }

    /// <summary>Runs the leg in this process.</summary>
    public Figures Run()
    {
        if (Kind is "plain" or "reference")
            return RunStock();
        NativeAllocator.KeepLargeBlocks();
        OpenMpThreads.SleepSoon();
        random.manual_seed(1);
        var around = Kind is "nas" or "largest" ? ModelCatalog.MobileBlocks(Model)!.Searched() : null;
        var supernet = Kind == "nas" ? new Supernet(around!.ForSmallImages() with { Width = Width ?? 1 }, Channels, Classes, Size) : null;
        using var model = supernet?.Model ?? ModelCatalog.Create(Spec with { Mobile = around });
        foreach (var (_, layer) in model.Layers)
            layer.ComputesOnCodes = Processor.MultipliesBFloat16;
        var cost = new BitOperations();
        var data = new NoiseDataSet(2 * Batch, Channels, Size, Classes);
        var options = new TrainingOptions(Steps, OptimizerKind.Sgd, 1e-3, 0.9, 5e-4, 0);
        var steps = new StepClock();
        using var trainer = new Trainer(model, options, Steps, CPU);
        using var journal = new RunJournal(steps);
        var training = BatchLoader.Shuffled(data, Batch, seed: 1, dropLast: true);
        // An epoch is two steps long, so that validation after each has to be short: two images.
        Method(model, supernet, cost).Run(new SearchContext(trainer, cost, training, new NoiseDataSet(2, Channels, Size, Classes), 1, journal));
        return new Figures(
            Statistics.Median(steps.Of(Kind switch { "search" => "explore", "nas" => "warm-up", _ => "final" }).Take(Kind == "nas" ? Steps / 4 : Steps).Skip(2)),
            Kind is "search" or "nas" ? Statistics.Median(steps.Of("warm-up").TakeLast(3)) : null,
            Process.GetCurrentProcess().PeakWorkingSet64);
    }

    private Figures RunStock()
    {
        random.manual_seed(1);
        new QuantizedLinear(1, 1).Dispose();     // on virtual machines, lets oneDNN be right
        var networks = new StockNetworks(Kind == "reference");
        using var network = networks.Create(this);
        using var optimizer = optim.SGD(network.parameters(), 1e-3, momentum: 0.9, weight_decay: 5e-4);
        using var images = randn(Batch, Channels, Size, Size);
        using var labels = randint(0, Classes, [Batch]);
        var (draws, times) = (new Random(1), new List<double>());
        for (var step = 0; step < Steps; step++)
        {
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            networks.Draw(draws);
            optimizer.zero_grad();
            nn.functional.cross_entropy(network.forward(images), labels).backward();
            optimizer.step();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return new Figures(Statistics.Median(times.Skip(4)), null, Process.GetCurrentProcess().PeakWorkingSet64);
    }

    private ISearchMethod Method(QuantizedModel model, Supernet? supernet, ICostModel cost)
    {
        if (Kind is not ("search" or "nas"))
            return new FixedFormats(Kind, model.UniformFormats(Kind == "float" ? NumberFormat.Fp32 : NumberFormat.Int4), 0, new LayerFormats(NumberFormat.Fp32));
        var formats = NamedSpaces.Parse("all").Take(Formats).ToList();
        var space = supernet?.Space(formats, activations: ActivationMode.Separate)
            ?? SearchSpace.Create(model.Shapes, formats, activations: ActivationMode.Separate);
        var table = new CostTable(cost, space, model.Shapes);
        var limit = supernet is null ? (table.Minimum + table.Maximum) / 3 : table.Of(space.Uniform(formats.IndexOf(NumberFormat.Int4)));
        return new OneShotSearch(
            Kind, space, new Budget(table, limit), new OneShotOptions { WarmUpShare = supernet is null ? 0.25 : 0.5, FinalShare = 0 });
    }

    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}
