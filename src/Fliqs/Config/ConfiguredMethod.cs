using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Storage;

namespace Fliqs.Config;

/// <summary>The search methods by name: the searches of this library, and those to compare them with.</summary>
public static class ConfiguredMethod
{
    internal const string Plain = "fliqs-plain";
    internal const string OneShot = $"fliqs {Plain}";
    internal const string Learning = $"{OneShot} {Differentiable}";
    internal const string Random = "random";
    internal const string Sensitivity = "sensitivity";
    internal const string Differentiable = "differentiable";
    private const int Candidates = 16;
    private const int Probes = 32;
    private const double DifferentiableLearningRate = 0.02;
    private const double DifferentiableWarmUp = 0.2;

    /// <summary>All names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["fliqs", Plain, "uniform", "uniform-warm", "manual", Random, Sensitivity, Differentiable];

    /// <summary>The method that a configuration names.</summary>
    /// <param name="config">Its name and options.</param>
    /// <param name="space">What it searches.</param>
    /// <param name="budget">What it has to keep.</param>
    /// <exception cref="InputException">There is none of that name, or it does not take an option that is set.</exception>
    public static ISearchMethod Create(RunConfig config, SearchSpace space, Budget budget)
    {
        Check(config);
        var name = config.Method;
        if (space.HasArchitecture && !OneShot.Split(' ').Contains(name))
            throw new InputException($"{name} chooses formats, not architectures: use {string.Join(" or ", OneShot.Split(' '))}");
        if (budget.Further.Count > 0 && !OneShot.Split(' ').Contains(name))
            throw new InputException($"{name} keeps one target: use {string.Join(" or ", OneShot.Split(' '))} for several");
        if (config.Samples > (long?)config.Batch * config.Accumulate)
            throw new InputException($"samples {config.Samples}: a step has only {config.Batch * config.Accumulate} images to divide among them");
        if (config.ReSolve is { } folder)
            return ReSolve(config, RunFolder.Open(folder), space, budget);
        var options = RunDefaults.SearchOptions(config);
        return name switch
        {
            "uniform" => Training(config.Warmup ?? 0, Widest(config, space, budget)),
            "uniform-warm" => Training(options.WarmUpShare, Widest(config, space, budget)),
            "manual" => Training(options.WarmUpShare, ManualPrecision.Choose(space, budget)),
            Random => Choosing(options.WarmUpShare, run => RandomAssignments.Choose(run, space, budget, config.Candidates ?? Candidates)),
            Sensitivity => new ChooseThenTrain(
                name, space, options.WarmUpShare, run => HessianSensitivity.Choose(run, space, budget, config.Probes ?? Probes)),
            Differentiable => new DifferentiableSearch(name, space, budget, OfDifferentiable(config, options)),
            _ => new OneShotSearch(name, space, budget, options),
        };

        ChooseThenTrain Training(double warmUp, Assignment choice) => Choosing(warmUp, _ => choice);

        ChooseThenTrain Choosing(double warmUp, Func<SearchContext, Assignment> choose) =>
            new(name, space, warmUp, run => new SearchOutcome(choose(run)));
    }

    /// <summary>Checks the name of the method and that it takes what is set.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    public static void Check(RunConfig config)
    {
        var name = config.Method;
        if (!Names.Contains(name))
            throw new InputException(name == "bf16"
                ? "bf16 has no budget to keep: fliqs train --format BF16"
                : $"unknown method '{name}'{NameSuggestion.Hint(name, Names)}; known: {string.Join(", ", Names)}");
        if (ConfigFile.Keys.FirstOrDefault(k => !k.IsOf(name) && k.ValueIn(config) is not null) is { } foreign)
            throw new InputException($"'{foreign.Name}' is not an option of the method {name}");
        if (name == Sensitivity && config.Activations == ActivationMode.Separate)
            throw new InputException("sensitivity measures weights, and activations follow them: leave out activations separate");
    }

    /// <summary>Whether what a method has learnt can be solved for another budget.</summary>
    public static bool CanReSolve(string method) => $"{Learning} {Sensitivity}".Split(' ').Contains(method);

    /// <summary>The same configuration without the options that a method does not take.</summary>
    public static RunConfig WithoutForeignOptions(RunConfig config, string method)
    {
        var own = config with { };
        foreach (var key in ConfigFile.Keys.Where(k => !k.IsOf(method)))
            key.Clear(own);
        return method == Sensitivity ? own with { Activations = null } : own;
    }

    /// <summary>
    /// Branches need a faster policy than samples, and more steps: a fifth of the run, behind a shorter warm-up. With retraining on top
    /// the run is twice as long: its first half searches to the end, its second half is the retraining.
    /// </summary>
    private static OneShotOptions OfDifferentiable(RunConfig config, OneShotOptions options)
    {
        options = options with
        {
            PolicyLearningRate = config.PolicyLearningRate ?? DifferentiableLearningRate,
            WarmUpShare = config.Warmup ?? DifferentiableWarmUp,
        };
        if (config.Retrain != true)
            return options;
        return config.Final is null
            ? options with { WarmUpShare = options.WarmUpShare / 2, FinalShare = 0.5 }
            : throw new InputException("retrain searches through all epochs and trains the choice afterwards: leave out final");
    }

    /// <summary>What an earlier search has learnt, for another budget.</summary>
    private static ReSolving ReSolve(RunConfig config, RunFolder folder, SearchSpace space, Budget budget)
    {
        var (earlier, begun) = (RunResult.Load(folder), ConfigFile.Read([folder.Config], []));
        RunIdentity.Check(Verbs.Search, config with { Target = begun.Target }, begun, folder.Root);
        if (space.HasArchitecture)
            throw new InputException($"{folder.Root}: has searched for an architecture, which cannot be solved anew without training");
        var scores = (earlier.Decisions ?? []).ToDictionary(d => d.Name, d => d.Scores);
        return new ReSolving(
            earlier.Method, space, budget,
            [
                .. space.Decisions.Select(d => scores.GetValueOrDefault(d.Name) is { } own
                    ? d.Options.Select(o => own[o]).ToArray()
                    : throw new InputException($"{folder.Root}: the method {earlier.Method} has learnt nothing that could be solved for another budget")),
            ],
            folder.Model);
    }

    /// <summary>The dearest format that keeps the budget when all layers have it, of equals the one that the target names.</summary>
    private static Assignment Widest(RunConfig config, SearchSpace space, Budget budget)
    {
        var named = CostTarget.ParseAll(config.Target)[0].Format;
        return Enumerable.Range(0, space.Formats.Count).OrderBy(i => space.Formats[i] != named)
            .Select(space.Uniform).Where(budget.Admits).MaxBy(budget.Table.Of)
            ?? throw new InputException("no uniform format of the space is within the target; raise it or add cheaper formats");
    }
}
