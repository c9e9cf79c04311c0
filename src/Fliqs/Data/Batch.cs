using static TorchSharp.torch;

namespace Fliqs.Data;

/// <summary>
/// Some images and their labels, on the CPU. The batch owns its tensors: they belong to no dispose scope and live until the
/// batch is disposed.
/// </summary>
public sealed class Batch : IDisposable
{
    internal Batch(int index, Tensor images, Tensor labels)
    {
        Index = index;
        Images = images;
        Labels = labels;
    }

    /// <summary>The position of this batch in its epoch, from 0.</summary>
    public int Index { get; }

    /// <summary>The normalised images, float32 [N, C, H, W].</summary>
    public Tensor Images { get; }

    /// <summary>The labels, int64 [N].</summary>
    public Tensor Labels { get; }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
