using Fliqs.Tests.Data;

namespace Fliqs.Tests.EndToEnd;

/// <summary>Runs on folders of image files.</summary>
public sealed class ImageFolderRunTests
{
    private const string Train = "train --data imagefolder --model resnet8 --width 0.25 --input 32 --epochs 2 --batch 8 --threads 1 --validation 0.2";

    [Fact]
    public async Task A_run_names_the_files_that_it_could_not_read_and_is_the_same_on_any_number_of_threads()
    {
        using var cli = new Cli();
        using var folder = PictureFolder.CatsAndDogs(train: 12, val: 4);
        folder.Write("train/cat/5.jpg", []);
        folder.Write("train/dog/notes.txt", [1]);
        var whole = File.ReadAllBytes(folder["val/cat/1.jpg"]);
        folder.Write("val/cat/1.jpg", whole[..^10]);
        var line = $"{Train} --data-dir {folder.Path} --augment crop:0.3+flip+mixup+cutmix --json";

        var run = (await cli.Run($"{line} --workers 1 --out one")).Ended(0);
        Assert.Contains($"{folder["train"]}: 1 entry is no images by name and passed over: dog/notes.txt", run.Error);
        Assert.Contains(run.ErrorLines, l => l.StartsWith("2 images could not be read, others of the same class stand in: ", StringComparison.Ordinal)
            && l.EndsWith("; all are in one/unreadable-images.txt", StringComparison.Ordinal));
        Assert.Equal(
            [$"{folder["train/cat/5.jpg"]}: is empty", $"{folder["val/cat/1.jpg"]}: is truncated"], File.ReadAllLines(cli["one/unreadable-images.txt"]));
        var result = ResultFile.Parse(run.Out);
        Assert.InRange((double)result["accuracy"]!, 0, 1);

        await cli.Run($"{line} --workers 3 --out three");
        Assert.Equal(await File.ReadAllBytesAsync(cli["one/model.safetensors"]), await File.ReadAllBytesAsync(cli["three/model.safetensors"]));

        var eval = (await cli.Run("eval one --json")).Ended(0);
        Assert.Equal((double)result["accuracy"]!, (double)ResultFile.Parse(eval.Out)["accuracy"]!);
        Assert.Contains("could not be read", eval.Error);
        folder.Write("train/ant/0.jpg", whole);
        folder.Write("val/ant/0.jpg", whole);
        Assert.Contains("one: was trained on 2 classes, but imagefolder has 3 now", (await cli.Run("eval one")).Ended(2).ErrorLines.Last());
        Assert.Contains($"imagefolder: there is no folder {cli["three"]}", (await cli.Run($"eval one --data-dir {cli["three"]}")).Ended(2).Error);
    }

    [Fact]
    public async Task Folders_that_do_not_fit_are_refused_before_anything_is_written()
    {
        using var cli = new Cli();
        using var folder = PictureFolder.CatsAndDogs(train: 12, val: 1);
        folder.Write("val/bird/0.jpg", [1]);
        var error = (await cli.Run($"{Train} --data-dir {folder.Path}")).Ended(2).ErrorLines.Single();
        Assert.StartsWith("fliqs: imagefolder: ", error);
        Assert.Contains("only one of them has bird", error);
        Assert.Contains("classes 5: imagefolder has 2", (await cli.Run($"{Train} --data-dir {folder.Path} --classes 5")).Ended(2).ErrorLines.Single());
        Assert.Empty(cli.FileNames);
    }
}
