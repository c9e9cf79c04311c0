using Fliqs.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Inception;

/// <summary>
/// A second classifier half-way through the network, which only training uses; parameter names as in torchvision. It is never
/// shipped, so its layers are plain ones, in float whatever the formats.
/// </summary>
internal sealed class InceptionAux : nn.Module<Tensor, Tensor>
{
    private readonly InceptionConv conv0;
    private readonly InceptionConv conv1;
    private readonly Linear fc;

    /// <summary>A classifier on images of at least <see cref="LeastGrid"/> pixels in height and width.</summary>
    public InceptionAux(int inputs, int classes, double width)
        : base(nameof(InceptionAux))
    {
        var (first, second) = (ChannelCount.Rounded(128 * width), ChannelCount.Rounded(768 * width));
        conv0 = new InceptionConv(nn.Conv2d(inputs, first, 1, bias: false), first);
        conv1 = new InceptionConv(nn.Conv2d(first, second, 5, bias: false), second);
        fc = nn.Linear(second, classes);
        RegisterComponents();
        foreach (var convolution in modules().OfType<Conv2d>())
            nn.init.normal_(convolution.weight!, 0, InceptionV3.Deviation);
        nn.init.normal_(fc.weight!, 0, 0.001);
    }

    /// <summary>Of which the mean over 5x5 pixels at every third is again 5x5.</summary>
    public static int LeastGrid => 17;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = conv1.forward(conv0.forward(nn.functional.avg_pool2d(input, 5, 3)));
        return fc.forward(x.mean([2, 3]));
    }
}
