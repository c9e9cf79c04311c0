namespace Fliqs.Data;

/// <summary>What is known of a data set before its images are read.</summary>
/// <param name="Name">The name it is asked for by, such as <c>digits</c>.</param>
/// <param name="Classes">The number of classes; labels are 0..Classes - 1.</param>
/// <param name="Channels">Colour channels of an image, 1 for grey.</param>
/// <param name="Height">Height of an image in pixels.</param>
/// <param name="Width">Width of an image in pixels.</param>
/// <param name="Mean">Mean of the training pixels, scaled to [0, 1]; one value a channel.</param>
/// <param name="Std">Standard deviation of the training pixels, scaled to [0, 1]; one value a channel, positive.</param>
/// <param name="Attribution">Who made the data and under which licence.</param>
public sealed record DataSetInfo(
    string Name,
    int Classes,
    int Channels,
    int Height,
    int Width,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std,
    string Attribution)
{
    /// <summary>What training images are augmented with when nothing else is asked for.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>
    /// Height and width follow the input that is asked for, because the files hold images of many sizes. Where the classes are known
    /// only from the files, there are 0 until these are named.
    /// </summary>
    public bool AnySize { get; init; }

    /// <summary>The share of the short side that is seen of a test image, where images have sizes of their own; in (0, 1].</summary>
    public double EvalCrop { get; init; } = 1;

    /// <summary>Threads that prepare batches, at least 1. Batches do not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The number of values of one image: channels x height x width.</summary>
    public int PixelCount => Channels * Height * Width;
}
