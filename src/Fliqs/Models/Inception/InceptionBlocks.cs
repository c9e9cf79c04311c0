using static Fliqs.Models.Inception.InceptionKernel;

namespace Fliqs.Models.Inception;

/// <summary>The five kinds of block (Szegedy et al. 2016), lettered as in torchvision.</summary>
/// <param name="width">Factor on all channels.</param>
internal sealed class InceptionBlocks(double width)
{
    /// <summary>Branches of 1x1, 5x5 and twice 3x3, and the mean.</summary>
    public InceptionBlock A(int inputs, int pooled) => new(
        inputs, width,
        new("branch1x1", new InceptionKernel(64)),
        new("branch5x5", new InceptionKernel(48), Square(64, 5)),
        new("branch3x3dbl", new InceptionKernel(64), Square(96, 3), Square(96, 3)),
        Mean(pooled));

    /// <summary>Halves the size.</summary>
    public InceptionBlock B(int inputs) => new(
        inputs, width,
        new("branch3x3", Square(384, 3, stride: 2)),
        new("branch3x3dbl", new InceptionKernel(64), Square(96, 3), Square(96, 3, stride: 2)),
        Maximum());

    /// <summary>Branches of 7x7 once and twice, taken apart into rows and columns.</summary>
    public InceptionBlock C(int inputs, int inner) => new(
        inputs, width,
        new("branch1x1", new InceptionKernel(192)),
        new("branch7x7", new InceptionKernel(inner), new InceptionKernel(inner, 1, 7), new InceptionKernel(192, 7, 1)),
        new(
            "branch7x7dbl", new InceptionKernel(inner), new InceptionKernel(inner, 7, 1), new InceptionKernel(inner, 1, 7),
            new InceptionKernel(inner, 7, 1), new InceptionKernel(192, 1, 7)),
        Mean(192));

    /// <summary>Halves the size.</summary>
    public InceptionBlock D(int inputs) => new(
        inputs, width,
        new("branch3x3", new InceptionKernel(192), Square(320, 3, stride: 2)),
        new(
            "branch7x7x3", new InceptionKernel(192), new InceptionKernel(192, 1, 7), new InceptionKernel(192, 7, 1),
            Square(192, 3, stride: 2)),
        Maximum());

    /// <summary>Branches that end in a row and a column side by side.</summary>
    public InceptionBlock E(int inputs) => new(
        inputs, width,
        new("branch1x1", new InceptionKernel(320)),
        new("branch3x3", InceptionPool.None, [new(384)], [new(384, 1, 3), new(384, 3, 1)]),
        new("branch3x3dbl", InceptionPool.None, [new(448), Square(384, 3)], [new(384, 1, 3), new(384, 3, 1)]),
        Mean(192));

    private static InceptionBranch Mean(int outputs) => new("branch_pool", InceptionPool.Average, [new(outputs)]);

    private static InceptionBranch Maximum() => new("", InceptionPool.Max, []);
}
