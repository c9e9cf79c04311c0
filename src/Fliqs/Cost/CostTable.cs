using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// The cost of every assignment of a space, as a sum of a constant and of terms that depend on a few decisions: those on the formats of
/// the same layers or of neighbours, and on their shape where the architecture is searched. Built once; reading it is a few additions.
/// </summary>
public sealed class CostTable
{
    private readonly double constant;
    private readonly IReadOnlyList<CostTerm> terms;
    private readonly Lazy<(double Least, double Most)> range;

    /// <summary>Tabulates <paramref name="model"/> over a space.</summary>
    /// <param name="model">The cost of one layer.</param>
    /// <param name="space">The space whose assignments are to be costed.</param>
    /// <param name="layers">The shape of every layer that the space names, in the order of the network.</param>
    /// <exception cref="ArgumentException">A layer of the space is not among <paramref name="layers"/>.</exception>
    public CostTable(ICostModel model, SearchSpace space, IEnumerable<LayerShape> layers)
    {
        Unit = model.Unit;
        var shapes = layers.ToDictionary(l => l.Name);
        var formats = space.Formats;
        var tables = new Dictionary<string, CostTerm>();
        foreach (var (i, binding) in space.Layers.Index())
        {
            if (!shapes.TryGetValue(binding.Layer, out var fixedShape) && binding.Shape is null)
                throw new ArgumentException($"layer '{binding.Layer}' has no shape to cost it by", nameof(layers));
            if (binding.Shape is null && binding.Pinned is { } pinned)
            {
                constant += model.LayerCost(fixedShape!, new LayerFormats(pinned));
            }
            else
            {
                var term = TermOf(binding.Layer, [.. binding.Shape?.Decisions ?? [], .. binding.Decisions]);
                term.Add(index => CostAt(binding, fixedShape, index));
                term.Layers++;
            }

            if (model is INeighbourCost pairs && binding.Shape is null && space.Layers.ElementAtOrDefault(i + 1) is { Shape: null } next)
                AddChange(pairs, binding, next);
        }

        constant += tables.Remove("", out var pinnedOnly) ? pinnedOnly.Values[0] : 0;
        terms = [.. tables.Values];
        Chain = new TermChain(terms);
        range = new(RangeOf);

        CostTerm TermOf(string layer, int[] decisions)
        {
            var key = string.Join(' ', decisions);
            return tables.TryGetValue(key, out var term)
                ? term
                : tables[key] = new CostTerm(layer, decisions, [.. decisions.Select(d => space.Decisions[d].Options.Count)]);
        }

        // The formats are the last decisions of a term, the activation's after the weight's.
        double CostAt(LayerBinding binding, LayerShape? fixedShape, int index)
        {
            var (rest, activation) = binding.Pinned is null ? (index / formats.Count, formats[index % formats.Count]) : (index, binding.Pinned);
            var weight = activation;
            if (binding.Weight != binding.Activation)
                (rest, weight) = (rest / formats.Count, formats[rest % formats.Count]);
            var shape = binding.Shape is null ? fixedShape : binding.Shape.Shapes[rest];
            return shape is null ? 0 : model.LayerCost(shape, new LayerFormats(weight, activation));
        }

        void AddChange(INeighbourCost pairs, LayerBinding layer, LayerBinding next)
        {
            int[] decisions = [.. layer.Decisions.Union(next.Decisions)];
            double[] changes = [.. CostTerm.Combinations([.. decisions.Select(_ => formats.Count)]).Select(options =>
                pairs.ChangeCost(shapes[layer.Layer], FormatsOf(layer, options), shapes[next.Layer], FormatsOf(next, options)))];
            if (changes.Any(c => c != 0))    // neighbours that cost the same in any formats need not be chosen together
                TermOf(layer.Layer, decisions).Add(index => changes[index]);

            LayerFormats FormatsOf(LayerBinding one, int[] options) => one.Pinned is { } pinned
                ? new(pinned)
                : new(formats[options[Array.IndexOf(decisions, one.Weight)]], formats[options[Array.IndexOf(decisions, one.Activation)]]);
        }
    }

    private CostTable(string unit, double constant, IReadOnlyList<CostTerm> terms)
    {
        (Unit, this.constant, this.terms, Chain) = (unit, constant, terms, new TermChain(terms));
        range = new(RangeOf);
    }

    /// <summary>The unit of all costs, <c>GBOPs</c>.</summary>
    public string Unit { get; }

    /// <summary>The cost of the layers that no decision changes.</summary>
    public double Constant => constant;

    /// <summary>
    /// The terms that depend on decisions. Two share a decision on formats only where the cost depends on neighbours; those of neighbouring
    /// layers share their shapes.
    /// </summary>
    public IReadOnlyList<CostTerm> Terms => terms;

    /// <summary>The least cost of any assignment.</summary>
    public double Minimum => constant + range.Value.Least;

    /// <summary>The greatest cost of any assignment.</summary>
    public double Maximum => constant + range.Value.Most;

    /// <summary>The terms in the form that the solver takes.</summary>
    internal TermChain Chain { get; }

    /// <summary>The costs of all assignments that have the options of one for some decisions; the same decisions, but those make no difference.</summary>
    /// <param name="assignment">Has the options.</param>
    /// <param name="settled">Indices of the decisions.</param>
    public CostTable Settle(Assignment assignment, IReadOnlyCollection<int> settled)
    {
        var rest = terms.Select(t => t.Settle(assignment, settled)).ToLookup(t => t.Decisions.Count > 0);
        return new CostTable(Unit, constant + rest[false].Sum(t => t.Values[0]), [.. rest[true]]);
    }

    /// <summary>The same tables over the same terms, with zeros where a table has none; so one choice of items is a choice in all of them.</summary>
    internal static IReadOnlyList<CostTable> Align(IReadOnlyList<CostTable> tables)
    {
        var all = tables.SelectMany(t => t.terms).DistinctBy(Key).OrderBy(Key).ToList();
        return tables.All(t => t.terms.Count == all.Count) ? tables : [.. tables.Select(table =>
        {
            var own = table.terms.ToDictionary(Key);
            return new CostTable(table.Unit, table.constant, [.. all.Select(t => own.GetValueOrDefault(Key(t)) ?? new CostTerm(t.Layer, [.. t.Decisions], [.. t.Counts]))]);
        })];

        static string Key(CostTerm term) => string.Concat(term.Decisions.Select(d => $"{d:D6} "));
    }

    /// <summary>The cost of one assignment, in <see cref="Unit"/>.</summary>
    public double Of(Assignment assignment)
    {
        var total = constant;
        foreach (var term in terms)
            total += term.Of(assignment);
        return total;
    }

    /// <summary>The expected cost when every decision is drawn independently: exact, without sampling.</summary>
    /// <param name="probabilities">One distribution a decision, over its options.</param>
    /// <param name="gradient">Receives the derivative by every probability, added to what is there; null if not needed.</param>
    public double Expected(double[][] probabilities, double[][]? gradient = null)
    {
        var total = constant;
        foreach (var term in terms)
            total += term.Expected(probabilities, gradient);
        return total;
    }

    private (double Least, double Most) RangeOf() => (Chain.Sum(Math.Min), Chain.Sum(Math.Max));
}
