using Fliqs.Data;
using TorchSharp;

namespace Fliqs.Tests.Data;

/// <summary>Image files through the loader, with everything switched on.</summary>
public sealed class ImageFolderLoadingTests
{
    private const string Everything = "crop:0.3+flip+shift:1+jitter:0.4:0.1+randaugment:2:9+mixup:0.5+cutmix:1";

    [Fact]
    public void Batches_are_the_same_on_any_number_of_threads_and_taken_up_anywhere()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 15);
        folder.Write("train/cat/3.jpg", []);
        folder.Write("train/dog/14.png", [.. "no picture"u8]);
        var alone = Loader(folder, workers: 1);
        var expected = Bytes(alone, epoch: 1);
        Assert.Equal(6, expected.Count);
        Assert.NotEqual(expected, Bytes(alone, epoch: 0));
        foreach (var workers in new[] { 2, 5 })
        {
            var loader = Loader(folder, workers);
            Assert.Equal(expected, Bytes(loader, epoch: 1));
            Assert.Equal(expected.Skip(4), Bytes(loader, epoch: 1, firstBatch: 4));
        }
        using var single = alone.At(1, 3);
        Assert.Equal(expected[3], Text(single));
    }

    [Fact]
    public void Labels_stay_with_their_images()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 10);
        folder.Write("train/cat/3.jpg", []);
        var train = ImageFolderDataSet.Load(PictureFolder.Info() with { Workers = 3 }, folder.Path).Train;
        foreach (var batch in BatchLoader.Shuffled(train, 4, seed: 3, Augmentation.Parse("crop+flip")).Epoch(0))
            using (batch)
            {
                // Dogs are red.
                var reds = batch.Images.mean([2, 3]).data<float>().ToArray().Chunk(3).Select(c => c[0] > c[2] ? 1L : 0);
                Assert.Equal(batch.Labels.data<long>().ToArray(), reds);
            }
    }

    private static BatchLoader Loader(PictureFolder folder, int workers) => BatchLoader.Shuffled(
        ImageFolderDataSet.Load(PictureFolder.Info() with { Workers = workers }, folder.Path).Train, 5, seed: 3, Augmentation.Parse(Everything));

    private static List<string> Bytes(BatchLoader loader, int epoch, int firstBatch = 0)
    {
        var texts = new List<string>();
        foreach (var batch in loader.Epoch(epoch, firstBatch))
            using (batch)
                texts.Add(Text(batch));
        return texts;
    }

    private static string Text(Batch batch) => string.Join(
        ' ', batch.Share, Convert.ToHexString(batch.Labels.bytes), Convert.ToHexString(batch.OtherLabels!.bytes), Convert.ToHexString(batch.Images.bytes));
}
