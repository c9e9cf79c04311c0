using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class ImageNetDataSetTests
{
    private static readonly DataSetInfo Info = DataSetCatalog.Info(new DataRequest("imagenet") { Input = 8 });
    private static readonly string[] Classes = [.. Enumerable.Range(0, 1000).Select(i => $"n{1440764 + 7 * i:D8}")];

    [Fact]
    public void Both_layouts_of_the_validation_images_give_the_same_labels()
    {
        using var folder = new PictureFolder();
        var picture = PictureFolder.Encode(PictureFolder.Waves(12, 12));
        foreach (var wnid in Classes)
            folder.Write($"train/{wnid}/{wnid}_1.JPEG", picture);
        int[] labels = [7, 999, 0, 7];
        foreach (var i in Enumerable.Range(0, 4))
            folder.Write($"val/ILSVRC2012_val_{i + 1:D8}.JPEG", picture);
        Refused("holds images but no folders; sort them into val/WNID/, or put LOC_val_solution.csv");

        File.WriteAllLines(folder["imagenet_2012_validation_synset_labels.txt"], labels.Select(l => Classes[l]));
        Assert.Equal([0, 7, 7, 999], Labels());
        File.WriteAllLines(folder["LOC_val_solution.csv"], ["ImageId,PredictionString", .. labels.Select((l, i) =>
            $"ILSVRC2012_val_{i + 1:D8},{Classes[l]} 85 1 499 272 {Classes[l]} 1 2 3 4 ")]);
        Assert.Equal([0, 7, 7, 999], Labels());
        File.AppendAllText(folder["LOC_val_solution.csv"], "\n");
        Assert.Equal([0, 7, 7, 999], Labels());

        folder.Write("val/ILSVRC2012_val_00000009.JPEG", picture);
        Refused("LOC_val_solution.csv gives");
        Directory.Delete(folder["val"], recursive: true);
        Directory.CreateDirectory(folder["val"]);
        Refused("has neither folders nor images");
        folder.Write($"val/{Classes[0]}/ILSVRC2012_val_00000001.JPEG", picture);
        Refused("have to hold the same classes, but only one of them has ");
        Directory.Delete(folder[$"train/{Classes[5]}"], recursive: true);
        Refused("holds 999 folders where ImageNet has 1000 classes");

        IEnumerable<int> Labels()
        {
            var (train, val) = ImageNetDataSet.Load(Info, folder.Path);
            Assert.Equal((1000, 4), (train.Count, val.Count));
            Assert.Equal(123, train.Read(123, new float[192]));
            return Enumerable.Range(0, val.Count).Select(i => val.Read(i, new float[192]));
        }

        void Refused(string message) =>
            Assert.Contains(message, Assert.Throws<InputException>(() => ImageNetDataSet.Load(Info, folder.Path)).Message);
    }
}
