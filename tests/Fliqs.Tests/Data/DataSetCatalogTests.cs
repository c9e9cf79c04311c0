using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class DataSetCatalogTests
{
    [Fact]
    public void DigitsNeedNoFolder() => Assert.Equal(1442, DataSetCatalog.Load("digits").Train.Count);

    [Fact]
    public void UnknownNameListsTheKnownOnes()
    {
        var error = Assert.Throws<InputException>(() => DataSetCatalog.Load("imagenette"));
        Assert.Contains("'imagenette'", error.Message);
        Assert.All(DataSetCatalog.Names, name => Assert.Contains(name, error.Message));
    }

    [Fact]
    public void FolderThatIsNotThereIsNamedWithTheMend()
    {
        var error = Assert.Throws<InputException>(() => DataSetCatalog.Load("fashion-mnist", "no/such/folder"));
        Assert.Contains("no/such/folder", error.Message);
        Assert.Contains("dataset-fashion-mnist", error.Message);
        Assert.Contains("--data-dir", error.Message);
    }

    [Fact]
    public void DataSetWithoutUsualPlaceAsksForAFolder()
    {
        var error = Assert.Throws<InputException>(() => DataSetCatalog.Load("mnist"));
        Assert.Contains("--data-dir", error.Message);
    }

    [Fact]
    public void ReadsFashionMnistFromTheGivenFolder()
    {
        using var folder = new IdxFolder(gzip: true);
        folder.Write(IdxFolder.TrainImages, [.. IdxFolder.Header(0x803, 2, 28, 28), .. new byte[2 * 784]]);
        folder.Write(IdxFolder.TrainLabels, IdxFolder.Labels(9, 0));
        folder.Write(IdxFolder.TestImages, [.. IdxFolder.Header(0x803, 1, 28, 28), .. new byte[784]]);
        folder.Write(IdxFolder.TestLabels, IdxFolder.Labels(7));
        var (train, test) = DataSetCatalog.Load("fashion-mnist", folder.Path);
        Assert.Equal((2, 9), (train.Count, train.Read(0, [])));
        Assert.Equal((1, 7), (test.Count, test.Read(0, [])));
        Assert.Equal((0.2860f, 0.3530f), (train.Info.Mean[0], train.Info.Std[0]));
    }

    [Fact]
    public void ListingTellsWhatIsThere()
    {
        using var folder = new IdxFolder();
        Assert.Equal(
            ["digits", "fashion-mnist", "mnist", "kmnist"],
            DataSetCatalog.List(folder.Path).Where(listing => listing.Found).Select(l => l.Info.Name));
        File.Delete(folder.File(IdxFolder.TestLabels));
        Assert.Equal(["digits"], DataSetCatalog.List(folder.Path).Where(listing => listing.Found).Select(l => l.Info.Name));
        Assert.Equal("/usr/share/datasets/fashion-mnist", DataSetCatalog.List()[1].LookedFor);
    }

    [Fact]
    public void EveryDefaultAugmentationCanBeLoaded()
    {
        foreach (var info in DataSetCatalog.Names.Select(name => DataSetCatalog.Info(new DataRequest(name) { Classes = 2 })))
        {
            var data = new ByteImageDataSet(info, new byte[info.PixelCount], [0]);
            Assert.Equal(1, BatchLoader.Shuffled(data, 1, seed: 0, info.Augmentation).BatchCount);
        }
    }
}
