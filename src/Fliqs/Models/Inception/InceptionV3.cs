using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Inception;

/// <summary>
/// Inception-v3 (Szegedy et al. 2016) with the parameter names of torchvision. With the small stem the convolutions before the
/// first block keep the size of the image, and of the two maxima among them only the second is taken.
/// </summary>
internal sealed class InceptionV3 : nn.Module<Tensor, Tensor>, IAuxiliaryClassifier, IGraphSource
{
    /// <summary>Of the weights at the beginning.</summary>
    public const double Deviation = 0.1;

    private const double Dropout = 0.5;
    private const int LeastGrid = 3;
    private static readonly int[] Inner = [128, 160, 160, 192];
    private readonly bool small;

    private readonly InceptionConv Conv2d_1a_3x3;
    private readonly InceptionConv Conv2d_2a_3x3;
    private readonly InceptionConv Conv2d_2b_3x3;
    private readonly InceptionConv Conv2d_3b_1x1;
    private readonly InceptionConv Conv2d_4a_3x3;
    private readonly InceptionBlock Mixed_5b;
    private readonly InceptionBlock Mixed_5c;
    private readonly InceptionBlock Mixed_5d;
    private readonly InceptionBlock Mixed_6a;
    private readonly InceptionBlock Mixed_6b;
    private readonly InceptionBlock Mixed_6c;
    private readonly InceptionBlock Mixed_6d;
    private readonly InceptionBlock Mixed_6e;
    private readonly InceptionAux? AuxLogits;
    private readonly InceptionBlock Mixed_7a;
    private readonly InceptionBlock Mixed_7b;
    private readonly InceptionBlock Mixed_7c;
    private readonly KeyedDropout dropout;
    private readonly QuantizedLinear fc;

    /// <summary>A network with new weights.</summary>
    /// <param name="shape">Input, output, width and stem.</param>
    /// <param name="auxiliary">Whether there is a second classifier.</param>
    /// <exception cref="InputException">The images are too small.</exception>
    public InceptionV3(NetworkShape shape, bool auxiliary)
        : base(nameof(InceptionV3))
    {
        small = shape.SmallStem;
        CheckSize(shape.Size, auxiliary);
        int Scaled(int channels) => ChannelCount.Rounded(channels * shape.Width);
        Conv2d_1a_3x3 = new InceptionConv(shape.Channels, Scaled(32), InceptionKernel.Square(32, 3, small ? 1 : 2), small, image: true);
        Conv2d_2a_3x3 = new InceptionConv(Scaled(32), Scaled(32), InceptionKernel.Square(32, 3), small);
        Conv2d_2b_3x3 = new InceptionConv(Scaled(32), Scaled(64), InceptionKernel.Square(64, 3));
        Conv2d_3b_1x1 = new InceptionConv(Scaled(64), Scaled(80), InceptionKernel.Square(80, 1));
        Conv2d_4a_3x3 = new InceptionConv(Scaled(80), Scaled(192), InceptionKernel.Square(192, 3), small);
        var blocks = new InceptionBlocks(shape.Width);
        Mixed_5b = blocks.A(Scaled(192), 32);
        Mixed_5c = blocks.A(Mixed_5b.Outputs, 64);
        Mixed_5d = blocks.A(Mixed_5c.Outputs, 64);
        Mixed_6a = blocks.B(Mixed_5d.Outputs);
        Mixed_6b = blocks.C(Mixed_6a.Outputs, Inner[0]);
        Mixed_6c = blocks.C(Mixed_6b.Outputs, Inner[1]);
        Mixed_6d = blocks.C(Mixed_6c.Outputs, Inner[2]);
        Mixed_6e = blocks.C(Mixed_6d.Outputs, Inner[3]);
        AuxLogits = auxiliary ? new InceptionAux(Mixed_6e.Outputs, shape.Classes, shape.Width) : null;
        Mixed_7a = blocks.D(Mixed_6e.Outputs);
        Mixed_7b = blocks.E(Mixed_7a.Outputs);
        Mixed_7c = blocks.E(Mixed_7b.Outputs);
        dropout = new KeyedDropout(Dropout, Conv2d_1a_3x3.Norm);
        fc = new QuantizedLinear(Mixed_7c.Outputs, shape.Classes) { NonNegativeInput = true };
        RegisterComponents();
        foreach (var layer in modules().OfType<QuantizedLayer>())
            Initial.Normal(layer, Deviation);
    }

    /// <inheritdoc/>
    public Tensor? AuxiliaryLogits { get; private set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = Conv2d_2b_3x3.forward(Conv2d_2a_3x3.forward(Conv2d_1a_3x3.forward(input)));
        if (!small)
            x = nn.functional.max_pool2d(x, 3, 2);
        x = nn.functional.max_pool2d(Conv2d_4a_3x3.forward(Conv2d_3b_1x1.forward(x)), 3, 2);
        x = Mixed_5d.forward(Mixed_5c.forward(Mixed_5b.forward(x)));
        x = Mixed_6e.forward(Mixed_6d.forward(Mixed_6c.forward(Mixed_6b.forward(Mixed_6a.forward(x)))));
        AuxiliaryLogits = training ? AuxLogits?.forward(x) : null;
        x = Mixed_7c.forward(Mixed_7b.forward(Mixed_7a.forward(x)));
        return fc.forward(dropout.forward(x.mean([2, 3])));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        nn.Module[] first = [Conv2d_1a_3x3, Conv2d_2a_3x3, Conv2d_2b_3x3];
        nn.Module[] second = [Conv2d_3b_1x1, Conv2d_4a_3x3];
        nn.Module[] mixed =
            [Mixed_5b, Mixed_5c, Mixed_5d, Mixed_6a, Mixed_6b, Mixed_6c, Mixed_6d, Mixed_6e, Mixed_7a, Mixed_7b, Mixed_7c];
        var x = Chain(first, input);
        x = graph.MaxPool(Chain(second, small ? x : graph.MaxPool(x, 3, 2)), 3, 2);
        return graph.Apply(fc, graph.ChannelMeans(Chain(mixed, x)));

        GraphValue Chain(nn.Module[] modules, GraphValue value) => modules.Aggregate(value, (y, module) => graph.Apply(module, y));
    }

    private void CheckSize(int size, bool auxiliary)
    {
        var least = Enumerable.Range(1, 1000).First(s => Grid(s) >= (auxiliary ? InceptionAux.LeastGrid : LeastGrid));
        if (size < least)
            throw new InputException(
                $"inception_v3 {(auxiliary ? "with the auxiliary head " : "")}needs images of at least {least} pixels, these have {size}"
                + (small ? "" : "; there is a stem for small ones, --stem small"));
    }

    /// <summary>Height and width of the images that the second third of the network, and the auxiliary head, work on.</summary>
    private int Grid(int size)
    {
        int Halved(int pixels) => pixels < 3 ? 0 : ((pixels - 3) / 2) + 1;
        return Halved(small ? Halved(size) : Halved(Halved(Halved(size) - 2) - 2));
    }
}
