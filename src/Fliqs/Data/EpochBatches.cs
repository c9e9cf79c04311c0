using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Fliqs.Data;

/// <summary>
/// Makes the batches of one epoch, an image at a time. Everything is a function of seed, epoch and position, so images can be made in
/// any order and on any thread.
/// </summary>
internal sealed class EpochBatches
{
    private readonly IImageDataSet data;
    private readonly int[] order;
    private readonly int batchSize;
    private readonly Augmentation augmentation;
    private readonly long seed;
    private readonly int epoch;
    private readonly float[] scale;
    private readonly float[] offset;

    /// <summary>Prepares an epoch.</summary>
    /// <param name="data">The images.</param>
    /// <param name="order">Which of them at which position.</param>
    /// <param name="batchSize">Images a batch; the last one may have fewer.</param>
    /// <param name="augmentation">What is done to them.</param>
    /// <param name="seed">Names the random streams.</param>
    /// <param name="epoch">From 0.</param>
    public EpochBatches(IImageDataSet data, int[] order, int batchSize, Augmentation augmentation, long seed, int epoch)
    {
        (this.data, this.order, this.batchSize, this.augmentation, this.seed, this.epoch) =
            (data, order, batchSize, augmentation, seed, epoch);
        scale = [.. data.Info.Std.Select(std => 1 / std)];
        offset = [.. data.Info.Mean.Zip(data.Info.Std, (mean, std) => -mean / std)];
    }

    /// <summary>The number of images in a batch.</summary>
    public int SizeOf(int index) => Math.Min(batchSize, order.Length - index * batchSize);

    /// <summary>A batch without content. Its tensors are its own where the thread has no dispose scope.</summary>
    public Batch Allocate(int index)
    {
        var (info, count) = (data.Info, SizeOf(index));
        return new Batch(
            index, New(torch.float32, count, info.Channels, info.Height, info.Width), New(torch.int64, count), augmentation.Mixes ? New(torch.int64, count) : null);

        static torch.Tensor New(torch.ScalarType type, params long[] shape) => torch.empty(shape, dtype: type, device: torch.CPU).DetachFromDisposeScope();
    }

    /// <summary>Reads, augments and normalises one image of a batch.</summary>
    public void Fill(Batch batch, int image)
    {
        var (info, position) = (data.Info, batch.Index * batchSize + image);
        var pixels = Pixels(batch).Slice(image * info.PixelCount, info.PixelCount);
        Labels(batch.Labels)[image] = ImageReading.Read(data, order[position], pixels, augmentation.Crop > 0 ? Frame : null);
        if (augmentation != Augmentation.None)
            augmentation.Apply(pixels, info, DataStreams.Augmentation(seed, epoch, position));
        Normalise(pixels);

        // A stream of its own for every call, so that an image that stands in for another gets the same draws.
        CropBox Frame(int width, int height) =>
            CropBox.Random(width, height, augmentation.Crop, DataStreams.Crop(seed, epoch, position));
    }

    /// <summary>Does what needs all images of a batch.</summary>
    public void Finish(Batch batch)
    {
        if (batch.OtherLabels is { } others)
            batch.Share = BatchMixing.Apply(
                Pixels(batch), Labels(batch.Labels), Labels(others), data.Info, augmentation, DataStreams.Mixing(seed, epoch, batch.Index));
    }

    private static Span<float> Pixels(Batch batch) => MemoryMarshal.Cast<byte, float>(batch.Images.bytes);

    private static Span<long> Labels(torch.Tensor labels) => MemoryMarshal.Cast<byte, long>(labels.bytes);

    private void Normalise(Span<float> image)
    {
        var plane = image.Length / scale.Length;
        for (var channel = 0; channel < scale.Length; channel++)
        {
            var (factor, shift) = (scale[channel], offset[channel]);
            var pixels = image.Slice(channel * plane, plane);
            var wide = MemoryMarshal.Cast<float, Vector<float>>(pixels);
            foreach (ref var pixel in wide)
                pixel = pixel * factor + new Vector<float>(shift);
            foreach (ref var pixel in pixels[(wide.Length * Vector<float>.Count)..])
                pixel = pixel * factor + shift;
        }
    }
}
