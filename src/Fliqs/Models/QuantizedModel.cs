using Fliqs.Models.Layers;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>A network together with its quantized layers: sets formats, tells shapes.</summary>
public sealed class QuantizedModel : IDisposable
{
    /// <summary>Of what no gradient asks for, a network keeps few tensors at a time; none of them gets larger than 512 MiB.</summary>
    private const long ValuesAtOnce = 1 << 27;

    private readonly long[] inputShape;
    private IReadOnlyList<LayerShape>? shapes;

    /// <summary>Wraps a network.</summary>
    /// <param name="network">Maps images [N, C, H, W] to logits [N, classes]; holds at least one <see cref="QuantizedLayer"/>.</param>
    /// <param name="inputShape">The shape of one input sample, [C, H, W].</param>
    /// <exception cref="InputException">There is no quantized layer.</exception>
    public QuantizedModel(nn.Module<Tensor, Tensor> network, long[] inputShape)
    {
        Network = network;
        this.inputShape = inputShape;
        Layers = [.. Find(network, "").DistinctBy(l => l.Item2, ReferenceEqualityComparer.Instance)];
        if (Layers.Count == 0)
            throw new InputException("the model has no quantized layer; convert it with ModelConversion.Quantize first");
    }

    /// <summary>The network itself.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>The shape of one input sample, [C, H, W].</summary>
    public IReadOnlyList<long> InputShape => inputShape;

    /// <summary>The quantized layers with their names, in the order of the network's modules; one that stands in several places by the first.</summary>
    public IReadOnlyList<(string Name, QuantizedLayer Layer)> Layers { get; }

    /// <summary>
    /// The layers as a cost model sees them, found by a forward pass of one blank sample. While architectures are searched those of the one
    /// in use, without the layers that it skips.
    /// </summary>
    public IReadOnlyList<LayerShape> Shapes => shapes ??= Measure();

    /// <summary>Gives the network the architecture of an assignment; null where that is not searched.</summary>
    internal Action<Assignment>? Shaping { get; init; }

    /// <summary>
    /// Whether what convolutions give to residual sums is rounded to INT8, so that runtimes can compute them in integers. Off to begin
    /// with; networks without such sums have none of it.
    /// </summary>
    public bool RoundsSums
    {
        get => Sums.Any(s => s.IsOn);
        set
        {
            foreach (var sum in Sums)
                sum.IsOn = value;
        }
    }

    /// <summary>The roundings of what is added.</summary>
    internal IEnumerable<SumRounding> Sums => Network.modules().OfType<SumRounding>();

    /// <summary>The number of all parameters, biases and norms among them.</summary>
    public long Parameters => Network.parameters().Sum(p => p.numel());

    /// <summary>
    /// What a second classifier that only helps training said in the last forward pass, [N, classes]; null in evaluation and
    /// where there is none. It lives as long as the output of that pass.
    /// </summary>
    public Tensor? AuxiliaryLogits => (Network as IAuxiliaryClassifier)?.AuxiliaryLogits;

    /// <summary>How many samples to send through the network at once without gradients.</summary>
    /// <param name="most">At least 1; more are never asked for, fewer where activations are large.</param>
    internal int SamplesAtOnce(long most)
    {
        if (Layers.All(l => l.Layer.Values == 0))
            Measure();
        return (int)Math.Clamp(ValuesAtOnce / Layers.Max(l => l.Layer.Values), 1, most);
    }

    /// <summary>Gives every layer its formats under an assignment, and the network its architecture where that is searched.</summary>
    /// <exception cref="ArgumentException">The space is that of another model, or the assignment that of another space.</exception>
    public void Apply(SearchSpace space, Assignment assignment)
    {
        if (space.Layers.Count != Layers.Count)
            throw new ArgumentException($"the space has {space.Layers.Count} layers, the model {Layers.Count}", nameof(space));
        var formats = space.FormatsOf(assignment);
        for (var i = 0; i < formats.Count; i++)
            Layers[i].Layer.Formats = formats[i];
        if (Shaping is null)
            return;
        Shaping(assignment);
        shapes = null;
    }

    /// <summary>Gives every layer the same formats, pinned layers their own.</summary>
    public void ApplyUniform(LayerFormats formats)
    {
        foreach (var (_, layer) in Layers)
            layer.Formats = layer.Pinned is { } pinned ? new LayerFormats(pinned) : formats;
    }

    /// <summary>The formats by layer when all that are not pinned have the same.</summary>
    public IReadOnlyDictionary<string, LayerFormats> UniformFormats(NumberFormat format) =>
        Layers.ToDictionary(l => l.Name, l => new LayerFormats(l.Layer.Pinned ?? format));

    /// <summary>Gives layers their formats by name.</summary>
    /// <exception cref="InputException">A layer of the model is missing, or a name belongs to no layer.</exception>
    public void Apply(IReadOnlyDictionary<string, LayerFormats> formats)
    {
        var names = Layers.Select(l => l.Name).ToHashSet();
        if (formats.Keys.FirstOrDefault(k => !names.Contains(k)) is { } unknown)
            throw new InputException($"the assignment names the layer '{unknown}', which the model does not have{NameSuggestion.Hint(unknown, names)}");
        if (names.FirstOrDefault(n => !formats.ContainsKey(n)) is { } missing)
            throw new InputException($"the assignment has no formats for the layer '{missing}'");
        foreach (var (name, layer) in Layers)
            layer.Formats = formats[name];
    }

    /// <summary>The formats that the layers have now.</summary>
    public IReadOnlyDictionary<string, LayerFormats> Formats => Layers.ToDictionary(l => l.Name, l => l.Layer.Formats);

    /// <summary>The names of the layers that read the same tensor, group by group of two or more, found by a forward pass.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SharedInputs()
    {
        var readers = new Dictionary<Tensor, List<string>>(ReferenceEqualityComparer.Instance);
        foreach (var (name, layer) in Layers)
        {
            layer.InputSeen = input =>
            {
                if (!readers.TryGetValue(input, out var names))
                    readers[input] = names = [];
                names.Add(name);
            };
        }

        Measure();
        foreach (var (_, layer) in Layers)
            layer.InputSeen = null;
        var order = Layers.Select(l => l.Name).ToList();
        return [.. readers.Values.Where(names => names.Count > 1).Select(names => names.OrderBy(order.IndexOf).ToList())];
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    /// <summary>Depth first, in the order in which modules declare their children: that in which data flows through them.</summary>
    private static IEnumerable<(string, QuantizedLayer)> Find(nn.Module module, string prefix) =>
        module.named_children().SelectMany(child => child.module is QuantizedLayer layer
            ? [(prefix + child.name, layer)]
            : Find(child.module, $"{prefix}{child.name}."));

    private List<LayerShape> Measure()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (training, device) = (Network.training, Network.parameters().First().device);
        var formats = Formats;
        Network.eval();
        foreach (var (_, layer) in Layers)
            (layer.Formats, layer.Macs, layer.AddsMacs) = (new LayerFormats(NumberFormat.Fp32), 0, true);
        Network.forward(zeros([1, .. inputShape], device: device));
        Network.train(training);
        foreach (var (name, layer) in Layers)
            (layer.Formats, layer.AddsMacs) = (formats[name], false);
        return [.. Layers.Where(l => Shaping is null || l.Layer.Macs > 0)
            .Select(l => new LayerShape(l.Name, l.Layer.Macs, l.Layer.WeightsInUse, l.Layer.Pinned))];
    }
}
