using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class CifarDataSetTests
{
    private static readonly DataSetInfo Ten = DataSetCatalog.Info("cifar10");
    private static readonly DataSetInfo Hundred = DataSetCatalog.Info("cifar100");

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin/")]
    public void Five_files_of_CIFAR_10_come_one_after_another(string below)
    {
        using var folder = new PictureFolder();
        for (var i = 1; i <= 5; i++)
            folder.Write($"{below}data_batch_{i}.bin", [.. Record([(byte)i], 10 * i), .. Record([(byte)(i + 4)], 10 * i + 1)]);
        folder.Write($"{below}test_batch.bin", Record([0], 200));
        var (train, test) = CifarDataSet.Load(Ten, folder.Path);
        Assert.Equal((10, 1), (train.Count, test.Count));
        Assert.Equal([1, 5, 2, 6, 3, 7, 4, 8, 5, 9], Enumerable.Range(0, 10).Select(i => train.Read(i, [])));
        var pixels = new float[3072];
        Assert.Equal(6, train.Read(3, pixels));
        // Red, then green, then blue; the first pixel of each is the number of the record, plus the channel.
        Assert.Equal([21 / 255f, 22 / 255f, 23 / 255f], [pixels[0], pixels[1024], pixels[2048]]);
        Assert.Equal(0, test.Read(0, pixels));
        Assert.Equal(200 / 255f, pixels[0]);
    }

    [Fact]
    public void CIFAR_100_has_two_labels_and_the_second_counts()
    {
        using var folder = new PictureFolder();
        folder.Write("cifar-100-binary/train.bin", [.. Record([19, 99], 1), .. Record([0, 42], 2)]);
        folder.Write("cifar-100-binary/test.bin", Record([3, 7], 3));
        var (train, test) = DataSetCatalog.Load("cifar100", folder.Path);
        Assert.Equal([99, 42, 7], [train.Read(0, []), train.Read(1, []), test.Read(0, [])]);
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_line()
    {
        using var folder = new PictureFolder();
        folder.Write("train.bin", Record([0, 0], 1));
        Refused(Hundred, "lacks test.bin; ");
        Refused(Ten, "lacks data_batch_1.bin, data_batch_2.bin, ");
        folder.Write("test.bin", Record([0, 0], 1)[..^1]);
        Refused(Hundred, "test.bin: has 3,073 bytes, which is no whole number of images of 3,074 bytes");
        folder.Write("test.bin", []);
        Refused(Hundred, "test.bin: has 0 bytes");
        folder.Write("test.bin", [.. Record([0, 0], 1), .. Record([0, 100], 1)]);
        Refused(Hundred, "test.bin: image 1 has the label 100 where cifar100 has 0 to 99");
        folder.Write("test.bin", Record([20, 0], 1));
        Refused(Hundred, "test.bin: image 0 has the label 20 where cifar100 has 0 to 19");

        void Refused(DataSetInfo info, string message) =>
            Assert.Contains(message, Assert.Throws<InputException>(() => CifarDataSet.Load(info, folder.Path)).Message);
    }

    private static byte[] Record(byte[] labels, int first) =>
        [.. labels, .. Enumerable.Range(0, 3).SelectMany(channel => Enumerable.Range(0, 1024).Select(i => (byte)(i == 0 ? first + channel : 0)))];
}
