using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>
/// The decisions of a search and what they mean for the layers of a model. Options are number formats by name; where the architecture
/// is searched too, its decisions stand before those on formats.
/// </summary>
public sealed class SearchSpace
{
    private SearchSpace(IReadOnlyList<NumberFormat> formats, IReadOnlyList<Decision> decisions, IReadOnlyList<LayerBinding> layers)
    {
        Formats = formats;
        Decisions = decisions;
        Layers = layers;
    }

    /// <summary>The formats that every decision on formats chooses from; an option index is an index into this list.</summary>
    public IReadOnlyList<NumberFormat> Formats { get; }

    /// <summary>The decisions: on the architecture, then on formats in the order of the layers that they were first needed for.</summary>
    public IReadOnlyList<Decision> Decisions { get; }

    /// <summary>The layers of the model and the decisions that give them their formats.</summary>
    public IReadOnlyList<LayerBinding> Layers { get; }

    /// <summary>Whether there are decisions other than on formats.</summary>
    public bool HasArchitecture => Decisions[0].Kind != DecisionKind.Format;

    /// <summary>Builds the space of all ways to give <paramref name="layers"/> a format each.</summary>
    /// <param name="layers">The quantized layers of a model. Pinned ones take no part.</param>
    /// <param name="formats">At least one format, all different.</param>
    /// <param name="granularity">How many layers share a decision.</param>
    /// <param name="activations">Whether weights and activations share a decision.</param>
    /// <param name="elastic">The architectures that are searched along with the formats; null for a network that is given.</param>
    /// <param name="groups">
    /// Layers that share their decisions beyond what granularity unites, group by group of names; groups that overlap are one.
    /// </param>
    /// <exception cref="InputException">No format, an unsigned one, a format twice, or no layer that could be searched.</exception>
    public static SearchSpace Create(
        IEnumerable<LayerShape> layers,
        IReadOnlyList<NumberFormat> formats,
        Granularity granularity = Granularity.Layer,
        ActivationMode activations = ActivationMode.Tied,
        ElasticLayers? elastic = null,
        IEnumerable<IReadOnlyList<string>>? groups = null)
    {
        if (formats.Count == 0)
            throw new InputException("the search space holds no format; name at least one, for instance INT4,INT8");
        RefuseUnsigned(formats, "the search space");
        if (formats.GroupBy(f => f.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"the search space names {twice.Key} more than once");

        var options = formats.Select(f => f.Name).ToArray();
        var decisions = new List<Decision>(elastic?.Decisions ?? []);
        var indices = new Dictionary<string, int>();
        var shapes = layers.ToList();
        var names = DecisionNames(shapes, granularity, groups ?? []);
        var bindings = shapes.ConvertAll(Bind);
        if (indices.Count == 0)
            throw new InputException("the model has no layer whose format could be searched");
        return new SearchSpace(formats, decisions, bindings);

        LayerBinding Bind(LayerShape layer)
        {
            var shape = elastic?.Shapes.GetValueOrDefault(layer.Name);
            if (layer.Pinned is not null)
                return new LayerBinding(layer.Name, -1, -1, layer.Pinned, shape);
            int? skip = elastic?.SkippedBy.TryGetValue(layer.Name, out var index) == true ? index : null;
            var group = names[layer.Name];
            return activations == ActivationMode.Tied
                ? new LayerBinding(layer.Name, IndexOf(group, skip), IndexOf(group, skip), Shape: shape)
                : new LayerBinding(layer.Name, IndexOf(group + ":weight", skip), IndexOf(group + ":activation", skip), Shape: shape);
        }

        // A format that serves several layers counts unless one skip leaves out all of them.
        int IndexOf(string name, int? skip)
        {
            if (!indices.TryGetValue(name, out var index))
            {
                indices[name] = index = decisions.Count;
                decisions.Add(new Decision(name, options) { SkippedBy = skip });
            }
            else if (decisions[index].SkippedBy != skip)
            {
                decisions[index] = decisions[index] with { SkippedBy = null };
            }

            return index;
        }
    }

    /// <summary>
    /// The format with the most bits among those of up to 8 an element, beside which blocks have a scale; the first of several, and the
    /// widest of all where there is none so narrow.
    /// </summary>
    public static NumberFormat HighPrecision(IReadOnlyList<NumberFormat> formats) =>
        formats.Where(f => f.Bits < 9).MaxBy(f => Math.Min(f.Bits, 8)) ?? formats.MaxBy(f => f.Bits)!;

    /// <summary>The assignment that gives every decision the format of <see cref="HighPrecision"/>.</summary>
    public Assignment High => Uniform(Formats.ToList().IndexOf(HighPrecision(Formats)));

    /// <summary>The assignment that gives every decision on formats the same option, and those on the architecture their first.</summary>
    public Assignment Uniform(int option) => new([.. Decisions.Select(d => d.Kind == DecisionKind.Format ? option : 0)]);

    /// <summary>Whether a decision has an effect in an assignment: it has none inside a block that is skipped.</summary>
    public bool IsActive(int decision, Assignment assignment) => Decisions[decision].SkippedBy is not { } skip || assignment[skip] == 0;

    /// <summary>The formats of every layer under an assignment, in the order of <see cref="Layers"/>.</summary>
    /// <exception cref="ArgumentException">The assignment was made for another space.</exception>
    public IReadOnlyList<LayerFormats> FormatsOf(Assignment assignment)
    {
        if (assignment.Count != Decisions.Count)
            throw new ArgumentException($"the assignment has {assignment.Count} options, the space {Decisions.Count} decisions", nameof(assignment));
        return [.. Layers.Select(l => l.Pinned is { } pinned
            ? new LayerFormats(pinned)
            : new LayerFormats(Formats[assignment[l.Weight]], Formats[assignment[l.Activation]]))];
    }

    /// <summary>Refuses formats that weights cannot have.</summary>
    /// <exception cref="InputException">One has no sign; the message begins with <paramref name="source"/>.</exception>
    internal static void RefuseUnsigned(IEnumerable<NumberFormat> weights, string source)
    {
        if (weights.FirstOrDefault(f => f is IntegerFormat { IsSigned: false }) is { } unsigned)
            throw new InputException(
                $"{source} names {unsigned}: weights need a sign; name {unsigned.Name[1..]}, which drops it by itself where the input is never negative");
    }

    /// <summary>The name of the decision of every layer that is searched: those that a group unites are joined.</summary>
    private static Dictionary<string, string> DecisionNames(
        List<LayerShape> layers, Granularity granularity, IEnumerable<IReadOnlyList<string>> groups)
    {
        var names = layers.Where(l => l.Pinned is null).ToDictionary(l => l.Name, l => GroupOf(l.Name, granularity));
        foreach (var group in groups)
        {
            var united = group.Where(names.ContainsKey).Select(l => names[l]).Distinct().ToList();
            foreach (var (layer, name) in names.Where(n => united.Contains(n.Value)).ToList())
                names[layer] = string.Join('+', united);
        }

        return names;
    }

    private static string GroupOf(string layer, Granularity granularity)
    {
        if (granularity == Granularity.Model)
            return "model";
        if (granularity == Granularity.Layer)
            return layer;
        var parts = layer.Split('.');
        var named = parts.TakeWhile(p => !IsNumber(p)).Count();
        return named == parts.Length ? layer : string.Join('.', parts.Take(named).Concat(parts.Skip(named).TakeWhile(IsNumber)));

        static bool IsNumber(string part) => part.All(char.IsAsciiDigit);
    }
}
