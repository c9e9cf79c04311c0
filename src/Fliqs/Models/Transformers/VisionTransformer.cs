using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>
/// A vision transformer with class token and learned positions (Dosovitskiy et al. 2021), parameter names as in timm. The head is
/// pinned to BF16 as in the FLIQS paper; the products of attention are computed in float and not counted.
/// </summary>
internal sealed class VisionTransformer : nn.Module<Tensor, Tensor>, IGraphSource
{
    private const double Deviation = 0.02;
    private const double LongestWave = 100;

    private readonly PatchEmbedding patch_embed;
    private readonly Parameter cls_token;
    private readonly Parameter pos_embed;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly QuantizedLinear head;

    /// <summary>A transformer with new weights.</summary>
    /// <param name="size">Height and width of the input.</param>
    /// <param name="patch">Height and width of a patch; divides the size.</param>
    /// <param name="channels">Channels of the input [N, C, H, W].</param>
    /// <param name="classes">Length of the output.</param>
    /// <param name="width">Length of a token.</param>
    /// <param name="depth">Number of blocks.</param>
    /// <param name="heads">Attention heads; divides the width.</param>
    /// <exception cref="InputException">A number is not positive or does not divide as it has to.</exception>
    public VisionTransformer(int size, int patch, int channels, int classes, int width, int depth, int heads)
        : base(nameof(VisionTransformer))
    {
        if (patch <= 0 || width <= 0 || depth <= 0 || heads <= 0)
            throw new InputException("patch, width, depth and heads of a transformer have to be positive");
        if (size % patch != 0)
            throw new InputException($"patch {patch} does not divide the image size {size}");
        if (width % heads != 0)
            throw new InputException($"heads {heads} does not divide the width {width}");

        patch_embed = new PatchEmbedding(channels, width, patch);
        cls_token = new Parameter(Normal(1, 1, width));
        pos_embed = new Parameter(Positions(size / patch, width));
        blocks = nn.Sequential(Enumerable.Range(0, depth).Select(i =>
            ((string, nn.Module<Tensor, Tensor>))($"{i}", new TransformerBlock(width, heads))));
        norm = nn.LayerNorm(width, 1e-6);
        head = new QuantizedLinear(width, classes) { Pinned = NumberFormat.Bf16 };
        RegisterComponents();
        Initial.Normal(head, Deviation);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = patch_embed.forward(input);
        x = cat([cls_token.expand(x.shape[0], -1, -1), x], 1) + pos_embed;
        x = norm.forward(blocks.forward(x));
        return head.forward(x.select(1, 0));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        // The class token goes into a first row of zeros together with its position, so that nothing depends on the batch size.
        using var gradients = no_grad();
        var positions = pos_embed.detach().clone();
        positions[0, 0].add_(cls_token[0, 0]);
        var x = graph.Pad(graph.Apply(patch_embed, input), 0, 1, 0, 0, 0, 0);
        x = graph.Add(x, graph.Constant(positions));
        return graph.Apply(head, graph.Select(graph.Apply(norm, graph.Apply(blocks, x)), 1, 0));
    }

    /// <summary>
    /// Learning begins from sines and cosines of the column and the row of a patch (Beyer, Zhai, Kolesnikov 2022): positions that have to be found first
    /// take a good part of a short run. The class token has none. [1, 1 + grid * grid, width].
    /// </summary>
    private static Tensor Positions(int grid, int width)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var count = width / 4;
        var angles = arange(grid).unsqueeze(1) * pow(LongestWave, arange(count) / -(double)count);
        var waves = cat([angles.sin(), angles.cos()], 1);
        var positions = zeros(1, 1 + (grid * grid), width);
        positions[0, TensorIndex.Slice(1), TensorIndex.Slice(0, 4 * count)] = cat(
            [waves.unsqueeze(0).expand(grid, grid, 2 * count), waves.unsqueeze(1).expand(grid, grid, 2 * count)], 2).flatten(0, 1);
        return positions.MoveToOuterDisposeScope();
    }

    private static Tensor Normal(params long[] shape)
    {
        using var gradients = no_grad();
        return nn.init.normal_(empty(shape), 0, Deviation);
    }
}
