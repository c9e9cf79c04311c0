using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class DigitsDataSetTests
{
    [Fact]
    public void HoldsTheKnownImages()
    {
        var all = DigitsDataSet.ReadAll();
        Assert.Equal(1797, all.Count);
        Assert.Equal(
            [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
            Enumerable.Range(0, 1797).GroupBy(i => all.Read(i, [])).OrderBy(g => g.Key).Select(g => g.Count()));

        var pixels = new float[64];
        Assert.Equal(0, all.Read(0, pixels));
        Assert.Equal([0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0], pixels[..16].Select(p => p * 16));
        Assert.Equal(1, all.Read(1, pixels));
        Assert.Equal([0, 0, 0, 12, 13, 5, 0, 0, 0, 0, 0, 11, 16, 9, 0, 0], pixels[..16].Select(p => p * 16));
    }

    [Fact]
    public void TestIsEveryFifthImageOfAClass()
    {
        var all = DigitsDataSet.ReadAll();
        var (train, test) = DigitsDataSet.Load();
        Assert.Equal((1442, 355), (train.Count, test.Count));

        var trainIndices = Assert.IsType<SubsetDataSet>(train).Indices;
        var testIndices = Assert.IsType<SubsetDataSet>(test).Indices;
        Assert.Equal(Enumerable.Range(0, 1797), trainIndices.Concat(testIndices).Order());
        var zeros = Enumerable.Range(0, 1797).Where(i => all.Read(i, []) == 0).ToArray();
        Assert.Equal(zeros.Where((_, k) => k % 5 == 4), testIndices.Where(i => all.Read(i, []) == 0));
    }

    [Fact]
    public void PixelsFillTheUnitRangeAndMatchTheStatistics()
    {
        var (train, _) = DigitsDataSet.Load();
        var pixels = new float[64];
        var values = new List<double>();
        for (var i = 0; i < train.Count; i++)
        {
            train.Read(i, pixels);
            values.AddRange(pixels.Select(p => (double)p));
        }
        var mean = values.Average();
        Assert.Equal((0, 1), (values.Min(), values.Max()));
        Assert.Equal(DigitsDataSet.Info.Mean[0], mean, 1e-4);
        Assert.Equal(DigitsDataSet.Info.Std[0], Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 1e-4);
    }

    [Fact]
    public void AttributionIsKept()
    {
        foreach (var part in new[] { "E. Alpaydin", "C. Kaynak", "UCI Machine Learning Repository", "CC BY 4.0" })
            Assert.Contains(part, DigitsDataSet.Info.Attribution);
    }
}
