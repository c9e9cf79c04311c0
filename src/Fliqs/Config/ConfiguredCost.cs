using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Config;

/// <summary>The costs and the limits on them that a configuration describes.</summary>
public static class ConfiguredCost
{
    /// <summary>Checks what can be checked without a network.</summary>
    /// <exception cref="InputException">An unknown cost, or one without what it needs.</exception>
    public static void Check(RunConfig config)
    {
        if (config.Cost != Latency.CostName)
            CostModels.Parse(config.Cost);
        else if (config.Table is null)
            throw new InputException("the cost 'latency' needs a table of the machine: give --table FILE, and write it by fliqs profile");
        CostTarget.ParseAll(config.Target);
    }

    /// <summary>The cost that is reported and that relative targets refer to.</summary>
    /// <exception cref="InputException">As <see cref="Check"/>, or the table cannot be read.</exception>
    public static ICostModel Create(RunConfig config, QuantizedModel model)
    {
        Check(config);
        return config.Cost == Latency.CostName ? OfTable(config.Table!, model) : CostModels.Parse(config.Cost);
    }

    /// <summary>The unit of the cost that is reported.</summary>
    /// <exception cref="InputException">An unknown cost.</exception>
    public static string Unit(RunConfig config) => config.Cost == Latency.CostName ? Latency.CostUnit : CostModels.Parse(config.Cost).Unit;

    /// <summary>The limits: the first target on <paramref name="cost"/>, all others on the costs that their units belong to.</summary>
    /// <exception cref="InputException">A target has no unit or the wrong one, or cannot be met.</exception>
    public static Budget Limits(RunConfig config, ICostModel cost, SearchSpace space, QuantizedModel model)
    {
        var tables = All(config, cost, model).Select(l => (new CostTable(l.Cost, space, model.Shapes), l.Limit)).ToList();
        return new Budget(tables[0].Item1, tables[0].Limit, [.. tables.Skip(1)]);
    }

    /// <summary>
    /// The dearest of some formats that is within all limits when all layers have it, of equals the one that the target names; null where none is.
    /// </summary>
    /// <inheritdoc cref="Limits" path="/exception"/>
    public static NumberFormat? WidestUniform(RunConfig config, ICostModel cost, QuantizedModel model, IEnumerable<NumberFormat> formats)
    {
        var limits = All(config, cost, model).ToList();
        var named = CostTarget.ParseAll(config.Target)[0].Format;
        return formats.Where(f => limits.All(l => NetworkCost.OfUniform(l.Cost, model.Shapes, f) <= l.Limit * (1 + Budget.Slack)))
            .OrderBy(f => f != named).MaxBy(f => NetworkCost.OfUniform(cost, model.Shapes, f));
    }

    private static IEnumerable<(ICostModel Cost, double Limit)> All(RunConfig config, ICostModel cost, QuantizedModel model) =>
        CostTarget.ParseAll(config.Target).Select((target, i) =>
        {
            var limited = i == 0 ? cost : target.Unit switch
            {
                null => throw new InputException($"target '{target.Text}': of several targets all but the first need a unit, such as 4.5MB"),
                Latency.CostUnit when config.Table is { } table => OfTable(table, model),
                Latency.CostUnit => throw new InputException($"target '{target.Text}' needs a table of the machine: give --table FILE"),
                var unit => CostModels.All.Single(c => c.Unit == unit),
            };
            return (limited, target.Resolve(limited, model.Shapes));
        });

    private static Latency OfTable(string file, QuantizedModel model) => new(LatencyTable.Read(file), file, LayerKind.Of(model));
}
