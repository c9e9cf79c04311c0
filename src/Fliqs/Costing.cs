using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Results;
using Fliqs.Space;

namespace Fliqs;

/// <summary>The cost of a network without training it: what <c>fliqs cost</c> does.</summary>
public static class Costing
{
    /// <summary>Costs the configured network.</summary>
    /// <param name="config">Network, and formats by <c>format</c> or <c>assignment</c>.</param>
    /// <param name="overrides">Formats of single layers, see <see cref="LayerOverride"/>; a later one wins.</param>
    /// <exception cref="InputException">Unknown names, or an override that cannot be read.</exception>
    public static CostReport Of(RunConfig config, IEnumerable<string> overrides)
    {
        config = RunDefaults.ResolveNetwork(config);
        using var model = ConfiguredModel.Create(config);
        var formats = new Dictionary<string, LayerFormats>(ConfiguredModel.FormatsOf(config, model));
        foreach (var text in overrides)
            LayerOverride.Parse(text).Apply(formats);

        var (bops, size) = (new BitOperations(), new ModelSize());
        var layers = model.Shapes.Select(s => new LayerCostReport(
            s.Name, formats[s.Name].Weight.Name, formats[s.Name].Activation.Name, s.Macs, s.Weights,
            bops.LayerCost(s, formats[s.Name]), 1e6 * size.LayerCost(s, formats[s.Name]))).ToList();
        return new CostReport(
            config.Model!, layers.Sum(l => l.Macs), layers.Sum(l => l.Gbops), model.Parameters, layers.Sum(l => l.SizeBytes), layers);
    }
}
