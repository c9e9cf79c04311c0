using System.Diagnostics;
using System.Text.Json.Nodes;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Storage;
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
    private readonly QuantizedModel model;
    private readonly IReadOnlyList<string> notes;
    private readonly ISearchMethod method;
    private readonly SearchSpace? space;
    private readonly Budget? budget;
    private readonly NumberFormat? uniform;
    private readonly string verb;
    private readonly Device device;
    private readonly int stepsPerEpoch;

    private Experiment(RunConfig given, bool search)
    {
        config = RunDefaults.Resolve(given);
        verb = search ? "search" : "train";
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
        (model, notes) = ConfiguredModel.Begin(config);
        cost = ConfiguredCost.Create(config, model);
        if (!search)
        {
            method = Fixed(ConfiguredModel.FormatsOf(config, model), config.Warmup ?? 0);
            return;
        }

        (var formats, var masked) = ConfiguredSpace.Formats(config, model);
        notes = masked is null ? notes : [.. notes, masked];
        space = ConfiguredSpace.Create(config, model);
        budget = ConfiguredCost.Limits(config, cost, space, model);
        method = ConfiguredMethod.Create(config, space, budget);
        uniform = config.Uniform == true && config.ReSolve is null ? NetworkCost.WidestUniform(cost, model.Shapes, formats, budget.Limit) : null;
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

    /// <summary>GBOPs, MB or bits.</summary>
    public string CostUnit => cost.Unit;

    /// <summary>The network; trained once <see cref="Run"/> has returned.</summary>
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
        var clock = Stopwatch.StartNew();
        foreach (var note in notes)
            observer?.OnNote(note);
        using var trainer = NewTrainer(model, RunDefaults.TrainingOptions(config));
        var watch = new DataWatch(files, folder, observer);
        if (folder is not null)
            AtomicFile.WriteText(folder.Config, ConfigFile.Write(config));    // first: without it the folder is that of no run
        using var journal = OpenJournal(trainer, folder, watch, resume);
        watch.Begin();
        var outcome = method.Run(NewContext(trainer, journal, cancellation));
        trainer.Finish();
        var result = new RunResult
        {
            Method = method.Name,
            Verb = verb,
            Model = config.Model!,
            Data = config.Data,
            Seed = config.Seed,
            Accuracy = trainer.Evaluate(data.Test),
            ValidationAccuracy = trainer.Evaluate(data.Validation),
            Cost = NetworkCost.Of(cost, model.Shapes, model.Formats),
            Target = budget?.Limit,
            CostUnit = cost.Unit,
            Further = budget is { Further.Count: > 0 } && outcome.Assignment is { } found
                ? [.. budget.Further.Select(f => new LimitResult(f.Table.Of(found), f.Limit, f.Table.Unit))]
                : null,
            Assignment = model.Formats.ToDictionary(f => f.Key, f => new FormatPair(f.Value.Weight.Name, f.Value.Activation.Name)),
            Layers = LayerResult.Of(model, cost),
            Decisions = space is null ? null : DecisionResult.Of(space, outcome),
            ReSolvedFrom = config.ReSolve,
            Uniform = uniform is null ? null : TrainUniform(uniform, journal, cancellation),
            History = journal.History,
            Config = ConfigFile.Keys.Where(k => k.ValueIn(config) is not null && k.Name != "out").ToDictionary(k => k.Name, k => k.ValueIn(config)!),
            Seconds = clock.Elapsed.TotalSeconds,
            PeakMemory = Process.GetCurrentProcess().PeakWorkingSet64,
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

    /// <inheritdoc/>
    public void Dispose()
    {
        model.Dispose();
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

    private FixedFormats Fixed(IReadOnlyDictionary<string, LayerFormats> formats, double warmUpShare) =>
        new(config.Assignment is null ? "uniform" : "assignment", formats, warmUpShare, new LayerFormats(ConfiguredModel.Format(config.WarmupFormat)));

    /// <summary>Trains a uniform format with the same weights at the start, data, steps and warm-up.</summary>
    private UniformResult TrainUniform(NumberFormat format, RunJournal journal, CancellationToken cancellation)
    {
        using var network = ConfiguredModel.Begin(config).Model;
        using var trainer = NewTrainer(network, RunDefaults.TrainingOptions(config) with { Cycles = 1 });
        var options = RunDefaults.SearchOptions(config);
        using var silent = new RunJournal(journal.Observer);
        journal.Note($"training uniform {format} to compare with");
        Fixed(network.UniformFormats(format), options.WarmUpShare).Run(NewContext(trainer, silent, cancellation));
        trainer.Finish();
        return new UniformResult(
            format.Name, NetworkCost.Of(cost, network.Shapes, network.Formats), trainer.Evaluate(data.Test), trainer.Evaluate(data.Validation));
    }

    private RunJournal OpenJournal(Trainer trainer, RunFolder? folder, DataWatch watch, bool resume)
    {
        if (folder is null || !resume || new CheckpointFolder(folder.Checkpoints).LoadLatest(m => watch.OnNote($"passing over a damaged checkpoint: {m}")) is not { } latest)
        {
            if (resume)
                watch.OnNote($"{folder?.Root}: there is no checkpoint to go on from; beginning anew");
            return new RunJournal(watch, folder, Identity());
        }

        using (latest.Content)
        {
            CheckVerb(latest.State, folder);
            RunIdentity.Check(config, latest.State, folder.Checkpoints);
            trainer.Restore(latest.Content.Tensors, latest.State["step"]!.GetValue<int>());
        }

        watch.OnNote($"going on with {folder.Root} from step {latest.State["step"]} of {trainer.TotalSteps}");
        return new RunJournal(watch, folder, Identity(), latest.State);
    }

    private JsonObject Identity()
    {
        var identity = RunIdentity.Of(config);
        identity["verb"] = verb;
        return identity;
    }

    private void CheckVerb(JsonNode checkpoint, RunFolder folder)
    {
        if (checkpoint["run"]?["verb"]?.ToString() is var saved && saved != verb)
            throw new InputException($"{folder.Root}: was begun by 'fliqs {saved}'; go on with it by: fliqs {saved} --resume {folder.Root}");
    }
}
