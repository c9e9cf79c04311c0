using System.Globalization;
using Fliqs.Models;
using Fliqs.Models.Layers;
using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Supernets;

/// <summary>
/// The largest network of a space, of which every other network of the space uses a part: the centre of a kernel, leading filters, not
/// all blocks. So all of them are trained together, on one set of weights, and any of them can be taken out as a plain network.
/// </summary>
public sealed class Supernet
{
    private readonly MobileSpace space;
    private readonly int channels;
    private readonly int classes;
    private readonly int size;
    private readonly MobileNetwork network;
    private readonly List<Decision> decisions = [];
    private readonly List<Slot> slots = [];

    /// <summary>A network with new weights, drawn from LibTorch's global generator. It begins as the one that the space is built around.</summary>
    /// <param name="space">The options.</param>
    /// <param name="channels">Channels of the input images.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="size">Height and width of the input images in pixels.</param>
    /// <exception cref="InputException">The space contradicts itself; the message names the stage.</exception>
    public Supernet(MobileSpace space, int channels, int classes, int size)
    {
        space.Check();
        (this.space, this.channels, this.classes, this.size) = (space, channels, classes, size);
        network = MobileNetwork.Create(space, channels, classes);
        foreach (var (s, stage) in space.Stages.Index())
        {
            var filters = Decide($"stage{s + 1}.filters", DecisionKind.Filters, space.ChannelsOf(stage));
            for (var b = 0; b < stage.Blocks; b++)
            {
                var name = $"stage{s + 1}.block{b + 1}";
                var skip = stage.Skip && b > 0 ? Decide($"{name}.skip", DecisionKind.Skip, ["no", "yes"]) : -1;
                slots.Add(new Slot(
                    name, b == 0 ? stage.Stride : 1, stage, filters, skip,
                    Decide($"{name}.kernel", DecisionKind.Kernel, stage.Kernel, skip),
                    Decide($"{name}.expansion", DecisionKind.Expansion, stage.Expansion, skip)));
            }
        }

        _ = new QuantizedModel(network, [channels, size, size]).Shapes;    // as yet it is the largest of the space, and layers remember their largest activations
        BeginAlike();
        Elastic = Measure();
        Use(new int[decisions.Count]);
        Model = new QuantizedModel(network, [channels, size, size]) { Shaping = assignment => Use(assignment.AsSpan()) };
    }

    /// <summary>The network; <see cref="QuantizedModel.Apply(SearchSpace, Assignment)"/> makes it any of the space.</summary>
    public QuantizedModel Model { get; }

    /// <summary>The decisions on the architecture, and what they make of the layers.</summary>
    public ElasticLayers Elastic { get; }

    /// <summary>The space of all architectures in all formats.</summary>
    /// <inheritdoc cref="SearchSpace.Create" path="/param"/>
    /// <inheritdoc cref="SearchSpace.Create" path="/exception"/>
    public SearchSpace Space(
        IReadOnlyList<NumberFormat> formats, Granularity granularity = Granularity.Layer, ActivationMode activations = ActivationMode.Tied) =>
        SearchSpace.Create(
            Model.Layers.Select(l => new LayerShape(l.Name, 0, 0, l.Layer.Pinned)), formats, granularity, activations, Elastic);

    /// <summary>The architecture of an assignment, as a space with nothing left to choose and a stage for every block.</summary>
    public MobileSpace Architecture(Assignment assignment) => new()
    {
        Block = space.Block,
        Stem = space.StemChannels,
        Head = (int)network.Head.weight.shape[0],
        Stride = space.Stride,
        Dropout = space.Dropout,
        Stages =
        [
            .. from slot in slots.Index()
               let choice = Choice(slot.Index, assignment.AsSpan())
               where !choice.Skipped
               select new MobileStage(choice.Channels) { Stride = slot.Item.Stride, Kernel = [choice.Kernel], Expansion = [choice.Expansion] },
        ],
    };

    /// <summary>The blocks of an assignment in their places; null for one that is skipped.</summary>
    internal IReadOnlyList<(string Name, MobileStage? Block)> Blocks(Assignment assignment)
    {
        var found = new Queue<MobileStage>(Architecture(assignment).Stages);
        return [.. slots.Select((slot, i) => (slot.Name, Choice(i, assignment.AsSpan()).Skipped ? null : found.Dequeue()))];
    }

    /// <summary>
    /// The network of an assignment by itself, a plain one with copies of the weights that it uses, in its formats. Its outputs are those
    /// of the supernet.
    /// </summary>
    /// <param name="searched">The space that the assignment belongs to.</param>
    /// <param name="assignment">The choice.</param>
    public QuantizedModel Materialise(SearchSpace searched, Assignment assignment)
    {
        using var gradients = no_grad();
        Model.Apply(searched, assignment);
        var plain = MobileNetwork.Create(Architecture(assignment), channels, classes);
        foreach (var (source, target) in Leaves(network).Zip(Leaves(plain)))
        {
            if (target is QuantizedLayer layer)
                layer.Copy((QuantizedLayer)source);
            else
                ((FusedBatchNorm2d)target).Copy((FusedBatchNorm2d)source);
        }

        plain.to(network.parameters().First().device);
        plain.train(network.training);
        return new QuantizedModel(plain, [channels, size, size]) { RoundsSums = Model.RoundsSums };
    }

    /// <summary>
    /// Lets all networks of the space begin as one function, that of the smallest one without the blocks that can be skipped: the weights
    /// by which a larger one differs are 0. With random ones each would be a function of its own, unrelated to all others over that many
    /// layers, and no step would teach the next one anything.
    /// </summary>
    private void BeginAlike()
    {
        Use([.. decisions.Select(Smallest)]);
        foreach (var layer in network.modules().OfType<QuantizedConv2d>())
            layer.ClearUnusedInputs();
        foreach (var ((_, block), slot) in network.Blocks.Zip(slots))
        {
            if (slot.Skip >= 0)
                block.LastNorm.Clear();
        }

        static int Smallest(Decision decision) => decision.Kind == DecisionKind.Skip
            ? 0
            : decision.Options.Index().MinBy(o => int.Parse(o.Item, CultureInfo.InvariantCulture)).Index;
    }

    /// <summary>The parts with weights in the order in which data flow, without those of skipped blocks.</summary>
    private static IEnumerable<nn.Module> Leaves(nn.Module module) => module switch
    {
        IMobileBlock { IsSkipped: true } => [],
        QuantizedLayer or FusedBatchNorm2d => [module],
        _ => module.named_children().SelectMany(child => Leaves(child.module)),
    };

    /// <summary>Adds a decision and returns its index; where there is one option there is nothing to decide, and the index is -1.</summary>
    private int Decide<T>(string name, DecisionKind kind, IReadOnlyList<T> options, int skip = -1)
    {
        if (options.Count == 1)
            return -1;
        decisions.Add(new Decision(name, [.. options.Select(o => Convert.ToString(o, CultureInfo.InvariantCulture)!)])
        {
            Kind = kind,
            SkippedBy = skip < 0 ? null : skip,
        });
        return decisions.Count - 1;
    }

    private void Use(ReadOnlySpan<int> options)
    {
        var choices = new BlockChoice[slots.Count];
        for (var i = 0; i < choices.Length; i++)
            choices[i] = Choice(i, options);
        network.Use(space.StemChannels, choices);
    }

    private BlockChoice Choice(int block, ReadOnlySpan<int> options)
    {
        var slot = slots[block];
        return new BlockChoice(
            slot.Stage.Kernel[Chosen(slot.Kernel, options)], slot.Stage.Expansion[Chosen(slot.Expansion, options)], Outputs(block, options),
            Chosen(slot.Skip, options) != 0);
    }

    /// <summary>The channels behind a block; behind block -1 those of the first convolution.</summary>
    private int Outputs(int block, ReadOnlySpan<int> options) =>
        block < 0 ? space.StemChannels : space.ChannelsOf(slots[block].Stage)[Chosen(slots[block].Filters, options)];

    private static int Chosen(int decision, ReadOnlySpan<int> options) => decision < 0 ? 0 : options[decision];

    /// <summary>Tabulates the shapes of all layers that decisions change, by making every block all that it can be.</summary>
    private ElasticLayers Measure()
    {
        var pixels = new QuantizedModel(network, [channels, size, size]).Shapes.ToDictionary(s => s.Name, s => s.Macs / s.Weights);
        var layers = new QuantizedModel(network, [channels, size, size]).Layers;
        var (shapes, skippedBy) = (new Dictionary<string, ElasticShape>(), new Dictionary<string, int>());
        foreach (var (i, (name, block)) in network.Blocks.Index())
        {
            var (slot, before) = (slots[i], i == 0 ? -1 : slots[i - 1].Filters);
            var own = layers.Where(l => l.Name.StartsWith(name + ".", StringComparison.Ordinal)).ToList();
            Add(own, [before, slot.Filters, slot.Skip, slot.Expansion, slot.Kernel], options =>
            {
                var choice = Choice(i, options);
                block.Use(Outputs(i - 1, options), choice);
                return !choice.Skipped;
            });
            foreach (var (layer, _) in slot.Skip < 0 ? [] : own)
                skippedBy[layer] = slot.Skip;
        }

        Add([.. layers.Where(l => l.Layer == network.Head)], [slots[^1].Filters], options =>
        {
            network.Head.Slice = new ConvSlice(Outputs(slots.Count - 1, options), network.Head.weight.shape[0], 1);
            return true;
        });
        return new ElasticLayers(decisions, shapes, skippedBy);

        void Add(List<(string Name, QuantizedLayer Layer)> some, int[] by, Func<int[], bool> use)
        {
            int[] own = [.. by.Where(d => d >= 0).Distinct()];
            int[] counts = [.. own.Select(d => decisions[d].Options.Count)];
            var rows = Combinations(own, counts).Select(options => use(options)
                ? some.Select(l => new LayerShape(l.Name, l.Layer.WeightsInUse * pixels[l.Name], l.Layer.WeightsInUse)).ToArray()
                : new LayerShape?[some.Count]).ToList();
            foreach (var (k, (name, _)) in some.Index())
            {
                if (new ElasticShape(own, counts, [.. rows.Select(r => r[k])]).Reduced() is { Decisions.Count: > 0 } elastic)
                    shapes[name] = elastic;
            }
        }
    }

    /// <summary>All options of some decisions, the last one's fastest, among the first options of all others.</summary>
    private IEnumerable<int[]> Combinations(int[] some, int[] counts)
    {
        for (var index = 0; index < counts.Aggregate(1, (product, count) => product * count); index++)
        {
            var (options, rest) = (new int[decisions.Count], index);
            for (var k = some.Length - 1; k >= 0; rest /= counts[k], k--)
                options[some[k]] = rest % counts[k];
            yield return options;
        }
    }

    /// <summary>A block and the indices of its decisions, -1 where there is nothing to decide.</summary>
    private sealed record Slot(string Name, int Stride, MobileStage Stage, int Filters, int Skip, int Kernel, int Expansion);
}
