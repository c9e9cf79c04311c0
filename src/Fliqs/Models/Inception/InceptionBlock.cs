using Fliqs.Models.Layers;
using static TorchSharp.torch;

namespace Fliqs.Models.Inception;

/// <summary>Branches side by side, their outputs joined along the channels. Input and output are never negative.</summary>
internal sealed class InceptionBlock : nn.Module<Tensor, Tensor>
{
    private readonly List<Func<Tensor, Tensor>> branches = [];

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
    public override Tensor forward(Tensor input) => cat([.. branches.Select(branch => branch(input))], 1);

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
        branches.Add(input =>
        {
            var x = chain.Aggregate(Pooled(branch.Pool, input), (y, convolution) => convolution.forward(y));
            return ends.Count == 0 ? x : cat([.. ends.Select(end => end.forward(x))], 1);
        });
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
}
