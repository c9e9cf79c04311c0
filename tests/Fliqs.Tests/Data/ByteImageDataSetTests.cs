using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class ByteImageDataSetTests
{
    [Fact]
    public void WhiteAndBeyondBecomeOne()
    {
        var data = new ByteImageDataSet(IdxFolder.Info, [0, 1, 8, 16, 17, 255], [1], white: 16);
        var pixels = new float[6];
        Assert.Equal(1, data.Read(0, pixels));
        Assert.Equal([0, 1 / 16f, 0.5f, 1, 1, 1], pixels);
    }

    [Fact]
    public void RefusesWhatDoesNotFit()
    {
        Assert.Throws<ArgumentException>(() => new ByteImageDataSet(IdxFolder.Info, new byte[7], [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteImageDataSet(IdxFolder.Info, new byte[6], [3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteImageDataSet(IdxFolder.Info, new byte[6], [1], white: 0));
    }

    [Fact]
    public void RefusesIndicesAndSpansThatDoNotFit()
    {
        var data = new ByteImageDataSet(IdxFolder.Info, new byte[6], [1]);
        var subset = new SubsetDataSet(data, [0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(-1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => subset.Read(1, []));
        Assert.Throws<ArgumentException>(() => data.Read(0, new float[5]));
    }
}
