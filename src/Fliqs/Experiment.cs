using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Storage;
using Fliqs.Supernets;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs;

/// <summary>A run from configuration to result: what <c>fliqs search</c> and <c>fliqs train</c> do.</summary>
public sealed class Experiment : IDisposable
{
    private readonly RunConfig config;
    private readonly ICostModel cost;
    private readonly ImageData files;
    private readonly DataSplit data;
    private readonly QuantizedModel? teacher;
    private readonly Supernet? supernet;
    private readonly SearchSpace? space;
    private readonly IReadOnlyList<string> notes;
    private readonly ISearchMethod method;
    private readonly Budget? budget;
    private readonly NumberFormat? uniform;
    private readonly Verbs verb;
    private readonly Device device;
    private readonly int stepsPerEpoch;
    private QuantizedModel model;

    private Experiment(RunConfig given, bool search)
    {
        config = RunDefaults.Resolve(given);
        verb = search ? Verbs.Search : Verbs.Train;
        device = Devices.Parse(config.Device);
        ConfiguredCost.Check(config);
        set_num_threads(config.Threads!.Value);
        files = DataSetCatalog.Load(ConfiguredData.Request(config));
        data = DataSplit.Create(files.Train, files.Test, config.Seed, config.Validation);
        stepsPerEpoch = TrainingBatches().BatchCount;
        if ((long)config.Epochs!.Value * stepsPerEpoch * RunDefaults.TrainingOptions(config).Cycles > int.MaxValue)
            throw new InputException($"epochs {config.Epochs}: of {stepsPerEpoch} steps each are more than {int.MaxValue} steps; choose fewer");
        teacher = ConfiguredTeacher.Create(config);
        teacher?.Network.to(device);
        supernet = search && config.Nas == true ? ConfiguredModel.CreateSupernet(config) : null;
        (model, notes) = supernet is null ? ConfiguredModel.Begin(config) : (supernet.Model, []);
        cost = ConfiguredCost.Create(config, model);
        if (!search)
        {
            method = Fixed(ConfiguredModel.FormatsOf(config, model), config.Warmup ?? 0, ConfiguredModel.Format(config.WarmupFormat));
            return;
        }

        (var formats, var masked) = ConfiguredSpace.Formats(config, model);
        notes = masked is null ? notes : [.. notes, masked];
        space = ConfiguredSpace.Create(config, model, supernet?.Elastic);
        budget = ConfiguredCost.Limits(config, cost, space, model);
        method = ConfiguredMethod.Create(config, space, budget);
        uniform = config.Uniform == true && config.ReSolve is null ? ConfiguredCost.WidestUniform(config, cost, model, formats) : null;
    }

    /// <summary>Prepares a search; checks everything that can be checked before the first step.</summary>
    /// <param name="config">Keys that are not set get their defaults.</param>
    /// <exception cref="InputException">What is asked for is wrong.</exception>
    public static Experiment Search(RunConfig config) => new(config, search: true);

    /// <summary>Prepares training in fixed formats.</summary>
    /// <inheritdoc cref="Search"/>
    public static Experiment Train(RunConfig config) => new(config, search: false);

    /// <summary>The configuration with all defaults filled in.</summary>
    public RunConfig Config => config;

    /// <summary>The limit on the cost, in <see cref="CostUnit"/>; null where there is none.</summary>
    public double? Target => budget?.Limit;

    /// <summary>GBOPs, MB, bits or ms.</summary>
    public string CostUnit => cost.Unit;

    /// <summary>
    /// The network; trained once <see cref="Run"/> has returned. A search over architectures puts the one that it found in place of the
    /// supernet.
    /// </summary>
    public QuantizedModel Model => model;

    /// <summary>Runs to the end and writes the result.</summary>
    /// <param name="folder">Where everything is written; null for nowhere.</param>
    /// <param name="observer">Watches the run.</param>
    /// <param name="resume">Whether to go on from the last checkpoint in the folder, if there is one.</param>
    /// <param name="cancellation">Stops the run after the step under way, once a checkpoint is saved.</param>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    /// <exception cref="DivergedException">The loss is no longer finite.</exception>
    /// <exception cref="InputException">The checkpoint belongs to another run.</exception>
    public RunResult Run(
        RunFolder? folder = null, IRunObserver? observer = null, bool resume = false, CancellationToken cancellation = default)
    {
        using var held = folder?.Hold();
        if (folder is not null)
            AtomicFile.WriteText(folder.Config, ConfigFile.Write(config, VerbName));    // first: without it the folder is that of no run
        foreach (var note in notes)
            observer?.OnNote(note);
        using var trainer = NewTrainer(model, RunDefaults.TrainingOptions(config));
        var watch = new DataWatch(files, folder, observer);
        using var journal = OpenJournal(trainer, folder, watch, resume);
        watch.Begin();
        var outcome = method.Run(NewContext(trainer, journal, cancellation));
        trainer.Finish();
        if (supernet is not null)
            model = supernet.Materialise(space!, outcome.Assignment!);
        var layers = LayerResult.Of(model, cost);
        var result = new RunResult
        {
            Method = method.Name,
            Verb = VerbName,
            Model = config.Model!,
            Data = config.Data,
            Seed = config.Seed,
            Accuracy = Evaluator.Accuracy(model, data.Test, device),
            ValidationAccuracy = Evaluator.Accuracy(model, data.Validation, device),
            Cost = NetworkCost.Of(cost, model.Shapes, model.Formats),
            Target = budget?.Limit,
            CostUnit = cost.Unit,
            Further = budget is { Further.Count: > 0 } && outcome.Assignment is { } found
                ? [.. budget.Further.Select(f => new LimitResult(f.Table.Of(found), f.Limit, f.Table.Unit))]
                : null,
            Assignment = model.Formats.ToDictionary(f => f.Key, f => new FormatPair(f.Value.Weight.Name, f.Value.Activation.Name)),
            Architecture = supernet?.Architecture(outcome.Assignment!),
            Blocks = supernet is null ? null : BlockResult.Of(supernet.Blocks(outcome.Assignment!), model, layers),
            Layers = layers,
            Decisions = space is null ? null : DecisionResult.Of(space, outcome),
            ReSolvedFrom = config.ReSolve,
            Uniform = uniform is null ? null : TrainUniform(uniform, journal, cancellation),
            FromScratch = config.FromScratch && config.ReSolve is null ? TrainFromScratch(supernet?.Architecture(outcome.Assignment!), journal, cancellation) : null,
            History = journal.History,
            Config = ConfigFile.Keys.Where(k => k.ValueIn(config) is not null && k.Name != "out").ToDictionary(k => k.Name, k => k.ValueIn(config)!),
            Seconds = journal.Seconds,
            PeakMemory = journal.PeakMemory,
            RunFolder = folder?.Root,
        };
        watch.Tell();
        if (folder is not null)
        {
            result.Save(folder, model);
            HtmlReport.Of(folder.Root).Write(folder.Report);
        }

        return result;
    }

    private string VerbName => verb.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public void Dispose()
    {
        model.Dispose();
        supernet?.Model.Dispose();
        teacher?.Dispose();
    }

    /// <summary>What a step is made on; the trainer takes it apart again.</summary>
    private BatchLoader TrainingBatches() => BatchLoader.Shuffled(
        data.Training, (int)Math.Min(int.MaxValue, (long)config.Batch!.Value * config.Accumulate), config.Seed, Augmentation.Parse(config.Augment!), dropLast: true);

    private Trainer NewTrainer(QuantizedModel network, TrainingOptions options) => new(
        network, options, config.Epochs!.Value * stepsPerEpoch * options.Cycles, device,
        teacher is null ? null : new Distillation(teacher, config.DistillWeight!.Value, config.DistillTemperature!.Value));

    private SearchContext NewContext(Trainer trainer, RunJournal journal, CancellationToken cancellation) =>
        new(trainer, cost, TrainingBatches(), data.Validation, config.Seed, journal, cancellation);

    private FixedFormats Fixed(IReadOnlyDictionary<string, LayerFormats> formats, double warmUpShare, NumberFormat warmUp) =>
        new(config.Assignment is null ? "uniform" : "assignment", formats, warmUpShare, new LayerFormats(warmUp));

    /// <summary>Trains a uniform format with the same weights at the start, data, steps and warm-up.</summary>
    private UniformResult TrainUniform(NumberFormat format, RunJournal journal, CancellationToken cancellation)
    {
        using var network = ConfiguredModel.Begin(config).Model;
        var (accuracy, validation) = TrainBeside(
            network, network.UniformFormats(format), $"training uniform {format} to compare with", journal, cancellation);
        return new UniformResult(format.Name, NetworkCost.Of(cost, network.Shapes, network.Formats), accuracy, validation);
    }

    /// <summary>Trains what was found with other weights at the start, and the same data, steps and warm-up.</summary>
    private FromScratchResult TrainFromScratch(MobileSpace? architecture, RunJournal journal, CancellationToken cancellation)
    {
        var anew = config with { Seed = config.Seed + 1, Weights = null };
        using var network = architecture is null
            ? ConfiguredModel.Begin(anew).Model
            : ConfiguredModel.Create(anew with { Width = null, Stem = Stem.Standard }, architecture);
        var (accuracy, validation) = TrainBeside(network, model.Formats, "training what was found from scratch", journal, cancellation);
        return new FromScratchResult(accuracy, validation);
    }

    private (double Accuracy, double Validation) TrainBeside(
        QuantizedModel network, IReadOnlyDictionary<string, LayerFormats> formats, string note, RunJournal journal, CancellationToken cancellation)
    {
        using var trainer = NewTrainer(network, RunDefaults.TrainingOptions(config) with { Cycles = 1 });
        using var silent = new RunJournal(journal.Observer);
        journal.Note(note);
        Fixed(formats, RunDefaults.SearchOptions(config).WarmUpShare, SearchSpace.HighPrecision(space!.Formats)).Run(NewContext(trainer, silent, cancellation));
        trainer.Finish();
        return (trainer.Evaluate(data.Test), trainer.Evaluate(data.Validation));
    }

    private RunJournal OpenJournal(Trainer trainer, RunFolder? folder, DataWatch watch, bool resume)
    {
        if (folder is null || !resume || new CheckpointFolder(folder.Checkpoints).LoadLatest(m => watch.OnNote($"passing over a damaged checkpoint: {m}")) is not { } latest)
        {
            if (resume)
                watch.OnNote($"{folder?.Root}: there is no checkpoint to go on from; beginning anew");
            return new RunJournal(watch, folder, RunIdentity.Of(verb, config));
        }

        using (latest.Content)
        {
            RunIdentity.Check(verb, config, latest.State, folder.Checkpoints);
            trainer.Restore(latest.Content.Tensors, latest.State["step"]!.GetValue<int>());
        }

        watch.OnNote($"going on with {folder.Root} from step {latest.State["step"]} of {trainer.TotalSteps}");
        return new RunJournal(watch, folder, RunIdentity.Of(verb, config), latest.State);
    }
}
