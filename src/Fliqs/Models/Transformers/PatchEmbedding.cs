using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>Cuts images [N, C, H, W] into patches and maps each to a token: [N, patches, width].</summary>
internal sealed class PatchEmbedding : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly QuantizedConv2d proj;

    /// <summary>Patches of <paramref name="patch"/> pixels in height and width.</summary>
    public PatchEmbedding(int channels, int width, int patch)
        : base(nameof(PatchEmbedding))
    {
        proj = new QuantizedConv2d(channels, width, patch, patch, bias: true);
        RegisterComponents();
        var bound = 1 / Math.Sqrt(channels * patch * patch);
        Initial.Uniform(proj, bound, bound);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => proj.forward(input).flatten(2).transpose(1, 2).contiguous();

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) =>
        graph.Transpose(graph.Reshape(graph.Apply(proj, input), 0, 0, -1), 0, 2, 1);
}
