using Fliqs.Data;

namespace Fliqs.Tests.Data;

public sealed class ImageFolderDataSetTests
{
    [Fact]
    public void Folders_are_classes_in_the_order_of_their_names()
    {
        using var folder = PictureFolder.CatsAndDogs();
        folder.Write("train/Zebra/1.JPEG", PictureFolder.Encode(PictureFolder.Waves(40, 40)));
        folder.Write("val/Zebra/1.JpG", PictureFolder.Encode(PictureFolder.Waves(40, 40)));
        var (train, test) = ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path);
        // Upper case comes first, byte by byte.
        Assert.Equal(["Zebra", "cat", "dog"], ((ImageFolderDataSet)train).Classes);
        Assert.Equal((13, 7, 3), (train.Count, test.Count, train.Info.Classes));
        Assert.Equal([0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], Enumerable.Range(0, 13).Select(i => train.Read(i, [])));

        var pixels = new float[3 * 16 * 16];
        Assert.Equal(2, train.Read(7, pixels));
        Assert.All(pixels[..256], red => Assert.Equal(180 / 255f, red, 0.01));
        Assert.Throws<ArgumentException>(() => train.Read(0, new float[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => train.Read(13, []));
    }

    [Fact]
    public void Test_images_are_seen_in_the_middle_and_parts_where_they_are()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 1, val: 1);
        // A white frame that the middle leaves off.
        folder.Write("val/cat/0.jpg", PictureFolder.Encode(PictureFolder.Draw(160, 96, (x, y) => new SkiaSharp.SKColor(
            x is < 30 or >= 130 || y is < 4 or >= 92 ? uint.MaxValue : 0xFF000000))));
        var test = (ImageFolderDataSet)ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path).Test;
        var pixels = new float[3 * 16 * 16];
        test.Read(0, pixels);
        Assert.All(pixels, p => Assert.InRange(p, 0, 0.1f));
        test.ReadPart(0, pixels, (width, height) => new(0, 0, width / 8.0, height));
        Assert.All(pixels, p => Assert.InRange(p, 0.9f, 1.01f));
    }

    [Fact]
    public void The_folder_named_test_wins_over_the_one_named_val()
    {
        using var folder = PictureFolder.CatsAndDogs(val: 3);
        foreach (var name in new[] { "cat", "dog" })
            folder.Write($"test/{name}/only.png", PictureFolder.Encode(PictureFolder.Waves(40, 40), SkiaSharp.SKEncodedImageFormat.Png));
        Assert.Equal(2, ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path).Test.Count);
    }

    [Fact]
    public void An_unreadable_file_is_named_and_another_of_its_class_stands_in()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 3, val: 1);
        folder.Write("train/cat/0.jpg", []);
        folder.Write("train/cat/2.jpg", [.. "Dear diary"u8]);
        var whole = File.ReadAllBytes(folder["train/dog/2.png"]);
        folder.Write("train/dog/2.png", whole[..(whole.Length / 2)]);
        var data = ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path);
        Assert.Null(data.Unreadable.Summary);

        var pixels = Enumerable.Range(0, 6).Select(i => new float[3 * 16 * 16]).ToArray();
        Assert.Equal([0, 0, 0, 1, 1, 1], pixels.Select((p, i) => data.Train.Read(i, p)));
        Assert.Equal(pixels[1], pixels[0]);
        // After the last one of the class comes its first one; here both cannot be read.
        Assert.Equal(pixels[1], pixels[2]);
        Assert.Equal(pixels[3], pixels[5]);
        Assert.NotEqual(pixels[3], pixels[4]);
        Assert.Equal(
            [("0.jpg", "is empty"), ("2.jpg", "is no image of a known format"), ("2.png", "is truncated")],
            data.Unreadable.All.Select(u => (Path.GetFileName(u.Path), u.Reason)));
        Assert.StartsWith("3 images could not be read, others of the same class stand in: ", data.Unreadable.Summary);
        data.Train.Read(0, pixels[0]);
        Assert.Equal(3, data.Unreadable.Count);
    }

    [Fact]
    public void A_class_without_a_readable_image_is_refused_when_it_is_needed()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 2, val: 1);
        folder.Write("train/cat/0.jpg", []);
        folder.Write("train/cat/1.jpg", []);
        var train = ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path).Train;
        var error = Assert.Throws<InputException>(() => train.Read(1, new float[3 * 16 * 16]));
        Assert.Contains($"no image of the class {folder["train/cat"]} can be read", error.Message);
        Assert.Equal(1, train.Read(2, new float[3 * 16 * 16]));
    }

    [Fact]
    public void Files_that_are_no_images_by_name_are_passed_over_and_told_of()
    {
        using var folder = PictureFolder.CatsAndDogs();
        folder.Write("train/cat/notes.txt", [1]);
        folder.Write("train/cat/.hidden.txt", [1]);
        folder.Write("train/dog/more/0.jpg", [1]);
        folder.Write("train/readme.md", [1]);
        var data = ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path);
        Assert.Equal(12, data.Train.Count);
        Assert.Equal(
            $"{folder["train"]}: 2 entries are no images by name and passed over: {Path.Combine("cat", "notes.txt")}, {Path.Combine("dog", "more")}",
            Assert.Single(data.Notes));
    }

    [Fact]
    public void Folders_that_do_not_fit_are_refused_in_a_line_that_names_them()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 1, val: 1);
        Assert.Equal(2, ImageFolderDataSet.CountClasses("imagefolder", folder.Path));
        Directory.CreateDirectory(folder["train/empty"]);
        Refused($"the class {folder["train/empty"]} has no images");
        folder.Write("train/empty/0.jpg", [1]);
        Refused($"but only one of them has empty");
        folder.Write("val/empty/0.jpg", [1]);
        folder.Write("val/other/0.jpg", [1]);
        Refused($"but only one of them has other");
        Directory.Delete(folder["val"], recursive: true);
        Refused($"there is no folder {folder["val"]}");
        Directory.CreateDirectory(folder["val"]);
        Refused($"{folder["val"]} has no folders");
        Directory.Delete(folder["train"], recursive: true);
        Refused($"there is no folder {folder["train"]}");
        Directory.CreateDirectory(folder["train"]);
        Assert.Contains("has no folder;", Assert.Throws<InputException>(() => ImageFolderDataSet.CountClasses("imagefolder", folder.Path)).Message);

        void Refused(string message)
        {
            var error = Assert.Throws<InputException>(() => ImageFolderDataSet.Load(PictureFolder.Info(), folder.Path));
            Assert.StartsWith("imagefolder: ", error.Message);
            Assert.Contains(message, error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
