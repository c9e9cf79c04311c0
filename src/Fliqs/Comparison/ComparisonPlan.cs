using System.Globalization;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Comparison;

/// <summary>
/// The runs that compare methods at equal data, steps, quantizers and budgets: methods times targets times seeds. Every run
/// is a call of the command line in a folder of its own, so that it can be repeated by itself. A method may have options
/// of its own, <c>fliqs:final=0.8:prior=none</c>.
/// </summary>
public static class ComparisonPlan
{
    /// <summary>The method whose accuracy is the upper end of the gap: BF16, which has no budget.</summary>
    public const string Reference = "bf16";

    /// <summary>The method whose accuracy is the lower end of the gap.</summary>
    public const string Uniform = "uniform";

    /// <summary>The methods by name; a search method of that name is run where the value is null.</summary>
    private static readonly Dictionary<string, Func<RunConfig, UniformFormats, RunConfig>?> Methods = new(StringComparer.Ordinal)
    {
        [Uniform] = (config, formats) => config with { Format = formats.Trained.Name, Warmup = null },
        ["uniform-warm"] = (config, formats) => config with
        {
            Format = formats.Trained.Name,
            Warmup = RunDefaults.SearchOptions(config).WarmUpShare,
            WarmupFormat = formats.WarmUp.Name,
        },
        ["manual"] = null,
        ["random"] = null,
        ["sensitivity"] = null,
        ["differentiable"] = null,
        ["fliqs-plain"] = null,
        ["fliqs"] = null,
        [Reference] = (config, _) => config with { Format = "BF16", Warmup = null },
    };

    /// <summary>What a row of a comparison is read by: the same for all its methods.</summary>
    private static readonly string[] Shared =
    [
        "method", "target", "seed", "out", "re-solve", "cost", "table", "data", "model", "width", "depth", "heads", "patch", "stem", "input", "classes", "channels",
    ];

    /// <summary>The names of the methods.</summary>
    public static IReadOnlyList<string> MethodNames => [.. Methods.Keys];

    /// <summary>The runs, seed by seed, so that a comparison that is stopped has whole seeds.</summary>
    /// <param name="config">
    /// Every key that is the same for all runs, with <c>methods</c>, <c>targets</c> and <c>seeds</c>.
    /// </param>
    /// <param name="root">The folder under which each run has its own.</param>
    /// <exception cref="InputException">Something unknown, given twice or out of range.</exception>
    public static IReadOnlyList<ComparisonCell> Create(RunConfig config, string root)
    {
        var targets = Split(config.Targets ?? config.Target, "targets", text => CostTarget.Parse(text).Text);
        var methods = Split(config.Methods ?? string.Join(',', Methods.Keys.Where(m => m != Reference || config.Cost != Latency.CostName)), "methods", text => text);
        var seeds = Split(config.Seeds ?? "1,2,3", "seeds", text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw new InputException($"seeds: '{text}' is not a whole number"));

        var resolved = RunDefaults.Resolve(config);
        using var model = ConfiguredModel.Create(resolved);
        var cost = ConfiguredCost.Create(config, model);
        var formats = ConfiguredSpace.Formats(config, model).Formats;
        var shared = config with
        {
            Uniform = false,
            Threads = config.Threads ?? (config.Jobs > 1 ? Math.Max(1, Environment.ProcessorCount / config.Jobs.Value) : null),
        };
        ComparisonCell[] trained =
        [
            .. from seed in seeds
               from target in targets
               let limit = CostTarget.Parse(target).Resolve(cost, model.Shapes)
               let uniform = ConfiguredCost.WidestUniform(config with { Target = target }, cost, model, formats)
                   ?? throw new InputException($"targets: no uniform format of the space is within {target}; raise it or add cheaper formats")
               from method in methods
               where !IsReference(method) || target == targets[0]
               let cell = Cell(method, target, limit, new UniformFormats(uniform, SearchSpace.HighPrecision(formats)), shared with { Seed = seed })
               select In(root, cell),
        ];
        return config.ReSolveFrom is { } source ? [.. trained, .. ReSolved(trained, CostTarget.Parse(source).Text, root)] : trained;
    }

    private static ComparisonCell Cell(string method, string target, double limit, UniformFormats uniform, RunConfig config)
    {
        var (name, options) = (method.Split(':')[0], method.Split(':')[1..]);
        if (!Methods.TryGetValue(name, out var inFormat))
            throw new InputException($"methods: unknown method '{name}'{NameSuggestion.Hint(name, Methods.Keys)}; known: {string.Join(", ", Methods.Keys)}");
        if (options.Select(o => o.Split('=')[0]).FirstOrDefault(Shared.Contains) is { } shared)
            throw new InputException($"methods: {method}: '{shared}' is the same for all methods of a comparison");
        var verb = inFormat is null ? Verbs.Search : Verbs.Train;
        var given = inFormat?.Invoke(config, uniform)
            ?? ConfiguredMethod.WithoutForeignOptions(config, name) with { Method = name, Target = target };
        var complete = ConfigFile.With(
            ConfigFile.For(verb, given), verb, $"methods: {method}", options.Select(o => (o.Split('=')[0], o.Contains('=') ? o[(o.IndexOf('=') + 1)..] : "")));
        if (verb == Verbs.Search)
            ConfiguredMethod.Check(complete);
        return new ComparisonCell(method, IsReference(method) ? null : target, IsReference(method) ? null : limit, verb, complete);
    }

    /// <summary>The searches at one budget solved for all budgets, as methods of their own: <c>fliqs@1.0xINT4</c>.</summary>
    private static List<ComparisonCell> ReSolved(IReadOnlyList<ComparisonCell> trained, string source, string root)
    {
        if (trained.All(c => c.Target != source))
            throw new InputException($"re-solve-from: {source} is not among the targets");
        var budgets = trained.Where(c => c.Target is not null).DistinctBy(c => c.Target).ToList();
        List<ComparisonCell> cells =
        [
            .. from search in trained
               where search.Target == source && search.Verb == Verbs.Search && ConfiguredMethod.CanReSolve(search.Config.Method) && search.Config.Nas != true
               from budget in budgets
               select In(root, new ComparisonCell(
                   $"{search.Method}@{source}", budget.Target, budget.Limit, Verbs.Search,
                   search.Config with { Target = budget.Target!, ReSolve = search.Config.Out }) { ReSolvedFrom = source }),
        ];
        return cells.Count > 0 ? cells : throw new InputException("re-solve-from: none of the methods learns what could be solved for another budget");
    }

    private static ComparisonCell In(string root, ComparisonCell cell) => cell with { Config = cell.Config with { Out = Path.Combine(root, cell.Name) } };

    /// <summary>What uniform precision is trained in at a budget, and what its warm-up is in where it has one.</summary>
    private sealed record UniformFormats(NumberFormat Trained, NumberFormat WarmUp);

    private static bool IsReference(string method) => method.Split(':')[0] == Reference;

    private static List<T> Split<T>(string? text, string key, Func<string, T> read)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(read).ToList();
        if (parts.Count == 0)
            throw new InputException($"{key}: name at least one");
        return parts.GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new InputException($"{key}: {twice.Key} stands there more than once")
            : parts;
    }
}
