using Fliqs.Graphs;
using Fliqs.Models.Layers;
using static TorchSharp.torch;

namespace Fliqs.Models.Inception;

/// <summary>Branches side by side, their outputs joined along the channels. Input and output are never negative.</summary>
internal sealed class InceptionBlock : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly List<(InceptionPool Pool, List<InceptionConv> Chain, List<InceptionConv> Ends)> branches = [];

    /// <summary>A block of branches.</summary>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="width">Factor on the channels of all convolutions.</param>
    /// <param name="branches">In the order in which they are joined.</param>
    public InceptionBlock(int inputs, double width, params ReadOnlySpan<InceptionBranch> branches)
        : base(nameof(InceptionBlock))
    {
        foreach (var branch in branches)
            Add(branch, inputs, width);
    }

    /// <summary>Channels of the output.</summary>
    public int Outputs { get; private set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => cat(
        [.. branches.Select(branch =>
        {
            var x = branch.Chain.Aggregate(Pooled(branch.Pool, input), (y, convolution) => convolution.forward(y));
            return branch.Ends.Count == 0 ? x : cat([.. branch.Ends.Select(end => end.forward(x))], 1);
        })],
        1);

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) => graph.Concat(
        1,
        [.. branches.Select(branch =>
        {
            var x = branch.Chain.Aggregate(Pooled(graph, branch.Pool, input), (y, convolution) => graph.Apply(convolution, y));
            return branch.Ends.Count == 0 ? x : graph.Concat(1, [.. branch.Ends.Select(end => graph.Apply(end, x))]);
        })]);

    private void Add(InceptionBranch branch, int inputs, double width)
    {
        var chain = new List<InceptionConv>();
        foreach (var kernel in branch.Chain)
        {
            chain.Add(Register(branch.NameOf(chain.Count), inputs, kernel, width));
            inputs = ChannelCount.Rounded(kernel.Outputs * width);
        }

        List<InceptionConv> ends = [];
        foreach (var kernel in branch.Ends ?? [])
            ends.Add(Register(branch.NameOfEnd(ends.Count), inputs, kernel, width));
        Outputs += branch.Ends?.Sum(e => ChannelCount.Rounded(e.Outputs * width)) ?? inputs;
        branches.Add((branch.Pool, chain, ends));
    }

    private InceptionConv Register(string name, int inputs, InceptionKernel kernel, double width)
    {
        var convolution = new InceptionConv(inputs, ChannelCount.Rounded(kernel.Outputs * width), kernel);
        register_module(name, convolution);
        return convolution;
    }

    private static Tensor Pooled(InceptionPool pool, Tensor x) => pool switch
    {
        InceptionPool.Average => nn.functional.avg_pool2d(x, 3, 1, 1),
        InceptionPool.Max => nn.functional.max_pool2d(x, 3, 2),
        _ => x,
    };

    private static GraphValue Pooled(GraphBuilder graph, InceptionPool pool, GraphValue x) => pool switch
    {
        InceptionPool.Average => graph.AveragePool(x, 3, 1, 1),
        InceptionPool.Max => graph.MaxPool(x, 3, 2),
        _ => x,
    };
}
