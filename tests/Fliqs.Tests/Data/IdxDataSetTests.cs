using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class IdxDataSetTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsPixelsAndLabels(bool gzip)
    {
        using var folder = new IdxFolder(gzip);
        var (train, test) = IdxDataSet.Load(IdxFolder.Info, folder.Path);
        Assert.Equal((4, 2), (train.Count, test.Count));

        var pixels = new float[6];
        Assert.Equal(2, train.Read(2, pixels));
        Assert.Equal(Enumerable.Range(12, 6).Select(i => i / 255f), pixels);
        Assert.Equal(0, test.Read(1, pixels));
        Assert.Equal(Enumerable.Range(106, 6).Select(i => i / 255f), pixels);
        Assert.Equal([0, 1, 2, 1], Enumerable.Range(0, 4).Select(i => train.Read(i, [])));
    }

    [Fact]
    public void ReadsFilesThatAreLargerThanTheFirstAllocation()
    {
        const int Count = 400_000;
        using var folder = new IdxFolder(gzip: true);
        folder.Write(IdxFolder.TrainImages, IdxFolder.Images(Count, first: 0));
        folder.Write(IdxFolder.TrainLabels, IdxFolder.Labels(new byte[Count]));
        var (train, _) = IdxDataSet.Load(IdxFolder.Info, folder.Path);
        var pixels = new float[6];
        train.Read(Count - 1, pixels);
        Assert.Equal(Enumerable.Range(6 * (Count - 1), 6).Select(i => (byte)i / 255f), pixels);
    }

    [Fact]
    public void PlainAndGzippedFilesMayBeMixed()
    {
        using var folder = new IdxFolder();
        File.WriteAllBytes(folder.File(IdxFolder.TestLabels) + ".gz", IdxFolder.Gzip(IdxFolder.Labels(1, 1)));
        File.Delete(folder.File(IdxFolder.TestLabels));
        Assert.Equal(1, IdxDataSet.Load(IdxFolder.Info, folder.Path).Test.Read(0, []));
    }

    [Fact]
    public void MissingFilesAreNamed()
    {
        using var folder = new IdxFolder();
        File.Delete(folder.File(IdxFolder.TrainLabels));
        File.Delete(folder.File(IdxFolder.TestImages));
        var message = Fails(folder);
        Assert.Contains($"lacks {IdxFolder.TrainLabels}, {IdxFolder.TestImages} ", message);
        Assert.Contains("--data-dir", message);
    }

    [Fact]
    public void MissingFolderIsNamed()
    {
        var error = Assert.Throws<InputException>(() => IdxDataSet.Load(IdxFolder.Info, "no/such/folder"));
        Assert.Contains("no/such/folder", error.Message);
    }

    [Theory]
    [InlineData(IdxFolder.TrainImages)]
    [InlineData(IdxFolder.TestLabels)]
    public void EveryTruncationIsRefused(string name)
    {
        using var folder = new IdxFolder();
        var whole = File.ReadAllBytes(folder.File(name));
        for (var length = 0; length < whole.Length; length++)
        {
            folder.WriteRaw(name, whole[..length]);
            Assert.Contains(folder.File(name), Fails(folder));
        }
    }

    [Fact]
    public void GzipCutBeforeItsLastLabelIsRefused()
    {
        using var folder = new IdxFolder(gzip: true);
        var whole = File.ReadAllBytes(folder.File(IdxFolder.TrainLabels));
        // A checksum, a length and the end mark of the data, at most 10 bytes, may go without a label being lost.
        for (var length = 0; length < whole.Length - 10; length++)
        {
            folder.WriteRaw(IdxFolder.TrainLabels, whole[..length]);
            Assert.Contains(folder.File(IdxFolder.TrainLabels), Fails(folder));
        }
    }

    [Fact]
    public void TruncatedFileSaysHowMuchIsThere()
    {
        using var folder = new IdxFolder();
        folder.WriteRaw(IdxFolder.TrainImages, IdxFolder.Images(4, 0)[..^1]);
        Assert.Contains("23 of the 24 bytes", Fails(folder));
    }

    [Fact]
    public void FileThatGoesOnTooLongIsRefused()
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainImages, [.. IdxFolder.Images(4, 0), 0]);
        Assert.Contains("goes on after the 24 bytes", Fails(folder));
    }

    [Theory]
    [InlineData(0x801u)]
    [InlineData(0x803u << 8)]
    [InlineData(0xD03u)]
    [InlineData(0x03080000u)]
    [InlineData(0x89504E47u)]
    public void WrongMagicIsRefused(uint magic)
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainImages, [.. IdxFolder.Header(magic, 4, 2, 3), .. new byte[24]]);
        Assert.Contains($"begins with 0x{magic:X8} where an IDX file of images begins with 0x00000803", Fails(folder));
    }

    [Fact]
    public void ImagesInPlaceOfLabelsAreRefused()
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainLabels, IdxFolder.Images(4, 0));
        Assert.Contains("an IDX file of labels begins with 0x00000801", Fails(folder));
    }

    [Theory]
    [InlineData(uint.MaxValue, 2u, 3u)]
    [InlineData(uint.MaxValue, uint.MaxValue, uint.MaxValue)]
    [InlineData(0x80000000u, 0x80000000u, 4u)]
    [InlineData(65536u, 65536u, 65536u)]
    public void HeaderBeyondMemoryIsRefused(uint count, uint height, uint width)
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainImages, [.. IdxFolder.Header(0x803, count, height, width), .. new byte[24]]);
        Assert.Contains("more than fits into memory", Fails(folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LyingHeaderCostsNoMemory(bool gzip)
    {
        using var folder = new IdxFolder(gzip);
        folder.Write(IdxFolder.TrainImages, [.. IdxFolder.Header(0x803, 300_000_000, 2, 3), .. new byte[24]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Fails(folder);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.Contains("truncated", message);
    }

    [Theory]
    [InlineData(0u, 2u, 3u)]
    [InlineData(4u, 0u, 3u)]
    public void EmptyDimensionIsRefused(uint count, uint height, uint width)
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainImages, IdxFolder.Header(0x803, count, height, width));
        Assert.Contains("nothing to read", Fails(folder));
    }

    [Fact]
    public void ImagesOfAnotherSizeAreRefused()
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TestImages, [.. IdxFolder.Header(0x803, 2, 3, 2), .. new byte[12]]);
        Assert.Contains("3x2 pixels where tiny has 2x3", Fails(folder));
    }

    [Fact]
    public void DifferentCountsAreRefused()
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TrainLabels, IdxFolder.Labels(0, 1, 2));
        Assert.Contains("holds 4 images but", Fails(folder));
    }

    [Fact]
    public void LabelWithoutClassIsRefused()
    {
        using var folder = new IdxFolder();
        folder.Write(IdxFolder.TestLabels, IdxFolder.Labels(2, 3));
        Assert.Contains("label 1 is 3 where tiny has the classes 0 to 2", Fails(folder));
    }

    [Fact]
    public void DamagedGzipIsRefused()
    {
        using var folder = new IdxFolder(gzip: true);
        var content = IdxFolder.Gzip(IdxFolder.Images(4, 0));
        content[content.Length / 2] ^= 0x55;
        folder.WriteRaw(IdxFolder.TrainImages, content);
        Assert.Contains(folder.File(IdxFolder.TrainImages), Fails(folder));
    }

    [Fact]
    public void WrongChecksumIsRefused()
    {
        using var folder = new IdxFolder(gzip: true);
        var content = IdxFolder.Gzip(IdxFolder.Images(4, 0));
        content[^8] ^= 1;
        folder.WriteRaw(IdxFolder.TrainImages, content);
        Assert.Contains("gzip data is damaged", Fails(folder));
    }

    [Fact]
    public void PlainFileNamedGzipIsRefused()
    {
        using var folder = new IdxFolder(gzip: true);
        folder.WriteRaw(IdxFolder.TrainLabels, IdxFolder.Labels(0, 1, 2, 1));
        Assert.Contains("gzip data is damaged", Fails(folder));
    }

    /// <summary>Loading must fail with one line, which is returned.</summary>
    private static string Fails(IdxFolder folder)
    {
        var message = Assert.Throws<InputException>(() => IdxDataSet.Load(IdxFolder.Info, folder.Path)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Contains(folder.Path, message);
        return message;
    }
}
