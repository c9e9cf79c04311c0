using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class DataSplitTests
{
    [Fact]
    public void IsDisjointCompleteAndStratified()
    {
        var (train, test) = DigitsDataSet.Load();
        var split = DataSplit.Create(train, test, seed: 1, validationShare: 0.2);
        var (training, validation) = (Indices(split.Training), Indices(split.Validation));
        Assert.Equal(Enumerable.Range(0, train.Count), training.Concat(validation).Order());
        Assert.Same(test, split.Test);

        var all = Enumerable.Range(0, train.Count).CountBy(i => train.Read(i, [])).ToDictionary();
        var held = validation.CountBy(i => train.Read(i, [])).ToDictionary();
        Assert.Equal(10, held.Count);
        Assert.All(all, entry => Assert.Equal((int)Math.Round(0.2 * entry.Value), held[entry.Key]));
    }

    [Fact]
    public void DependsOnTheSeedAlone()
    {
        var (train, test) = DigitsDataSet.Load();
        var first = Indices(DataSplit.Create(train, test, seed: 1).Validation);
        Assert.Equal(first, Indices(DataSplit.Create(train, test, seed: 1).Validation));
        Assert.NotEqual(first, Indices(DataSplit.Create(train, test, seed: 2).Validation));
    }

    [Fact]
    public void SubsetReadsTheImagesOfItsSource()
    {
        var (train, test) = DigitsDataSet.Load();
        var validation = DataSplit.Create(train, test, seed: 3).Validation;
        var (expected, actual) = (new float[64], new float[64]);
        for (var i = 0; i < validation.Count; i++)
        {
            Assert.Equal(train.Read(Indices(validation)[i], expected), validation.Read(i, actual));
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.01, 3)]
    [InlineData(0.5, 5)]
    [InlineData(0.99, 7)]
    public void LeavesEveryClassSomethingToLearnFrom(double share, int held)
    {
        // 2 + 3 + 5 images of three classes, and a single one of a fourth.
        byte[] labels = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3];
        var data = new ByteImageDataSet(IdxFolder.Info with { Classes = 4 }, new byte[labels.Length * 6], labels);
        var split = DataSplit.Create(data, data, seed: 0, share);
        Assert.Equal(held, split.Validation.Count);
        Assert.Equal(4, Indices(split.Training).Select(i => labels[i]).Distinct().Count());
    }

    [Fact]
    public void RefusesClassesOfOneImageEach()
    {
        var data = new ByteImageDataSet(IdxFolder.Info with { Classes = 3 }, new byte[3 * 6], [0, 1, 2]);
        var error = Assert.Throws<InputException>(() => DataSplit.Create(data, data, seed: 0));
        Assert.Contains("no class has two training images", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, DataSplit.Create(data, data, seed: 0, 0).Training.Count);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void RefusesSharesOutOfRange(double share)
    {
        var (train, test) = DigitsDataSet.Load();
        var error = Assert.Throws<InputException>(() => DataSplit.Create(train, test, seed: 0, share));
        Assert.Contains("validation share", error.Message);
    }

    private static IReadOnlyList<int> Indices(IImageDataSet data) => Assert.IsType<SubsetDataSet>(data).Indices;
}
