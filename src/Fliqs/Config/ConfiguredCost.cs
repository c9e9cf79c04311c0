using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Models;
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

    /// <summary>The limits: the first target on <paramref name="cost"/>, all others on the costs that their units belong to.</summary>
    /// <exception cref="InputException">A target has no unit or the wrong one, or cannot be met.</exception>
    public static Budget Limits(RunConfig config, ICostModel cost, SearchSpace space, QuantizedModel model)
    {
        var targets = CostTarget.ParseAll(config.Target);
        var further = targets.Skip(1).Select(target =>
        {
            var other = target.Unit switch
            {
                null => throw new InputException($"target '{target.Text}': of several targets all but the first need a unit, such as 4.5MB"),
                "ms" when config.Table is { } table => OfTable(table, model),
                "ms" => throw new InputException($"target '{target.Text}' needs a table of the machine: give --table FILE"),
                var unit => CostModels.All.Single(c => c.Unit == unit),
            };
            return (new CostTable(other, space, model.Shapes), target.Resolve(other, model.Shapes));
        });
        return new Budget(new CostTable(cost, space, model.Shapes), targets[0].Resolve(cost, model.Shapes), [.. further]);
    }

    private static Latency OfTable(string file, QuantizedModel model) => new(LatencyTable.Read(file), file, LayerKind.Of(model));
}
