using static TorchSharp.torch;

namespace Fliqs.Data;

/// <summary>
/// Some images and their labels, on the CPU. The batch owns its tensors: they belong to no dispose scope and live until the
/// batch is disposed.
/// </summary>
public sealed class Batch : IDisposable
{
    internal Batch(int index, Tensor images, Tensor labels, Tensor? otherLabels = null) =>
        (Index, Images, Labels, OtherLabels) = (index, images, labels, otherLabels);

    /// <summary>The position of this batch in its epoch, from 0.</summary>
    public int Index { get; }

    /// <summary>The normalised images, float32 [N, C, H, W].</summary>
    public Tensor Images { get; }

    /// <summary>The labels, int64 [N]; where images are mixed, those of the larger share.</summary>
    public Tensor Labels { get; }

    /// <summary>The labels of the smaller share, int64 [N]; null where images are not mixed.</summary>
    public Tensor? OtherLabels { get; }

    /// <summary>The share of <see cref="Labels"/> in the images, 0.5 to 1; the rest is that of <see cref="OtherLabels"/>.</summary>
    public double Share { get; internal set; } = 1;

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
        OtherLabels?.Dispose();
    }
}
