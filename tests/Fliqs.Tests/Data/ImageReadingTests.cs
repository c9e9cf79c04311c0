using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class ImageReadingTests
{
    private static readonly DataSetInfo Info = new("tiny", 3, Channels: 2, Height: 4, Width: 4, [0, 0], [1, 1], "");
    private static readonly ByteImageDataSet Data = new(Info, [.. Enumerable.Range(0, 64).Select(i => (byte)i)], [2, 1]);

    [Fact]
    public void A_part_of_an_image_of_one_size_is_scaled_up()
    {
        // The lower right quarter of the second image, twice as large.
        var pixels = new float[32];
        Assert.Equal(1, ImageReading.Read(Data, 1, pixels, (width, height) => new(width / 2, height / 2, 2, 2)));
        Assert.Equal(42 / 255f, (pixels[0] + pixels[1] + pixels[4] + pixels[5]) / 4, 0.006);
        Assert.Equal(63 / 255f, pixels[31], 1e-5);
        var whole = new float[32];
        Assert.Equal(1, ImageReading.Read(Data, 1, whole, (width, height) => new(0, 0, width, height)));
        var plain = new float[32];
        Assert.Equal(1, ImageReading.Read(Data, 1, plain, null));
        Assert.Equal(plain, whole, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_part_is_read_through_subsets()
    {
        var (direct, through) = (new float[32], new float[32]);
        var subset = new SubsetDataSet(new SubsetDataSet(Data, [1, 0]), [1]);
        Assert.Equal(2, ImageReading.Read(Data, 0, direct, (_, _) => new(1, 0, 2, 3)));
        Assert.Equal(2, ImageReading.Read(subset, 0, through, (_, _) => new(1, 0, 2, 3)));
        Assert.Equal(direct, through);

        using var folder = PictureFolder.CatsAndDogs(train: 2, val: 1);
        var train = ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path).Train;
        var seen = (0, 0);
        Assert.Equal(1, ImageReading.Read(new SubsetDataSet(train, [3]), 0, new float[768], (width, height) =>
        {
            seen = (width, height);
            return new(0, 0, 5, 5);
        }));
        Assert.Equal((40, 41), seen);
    }
}
