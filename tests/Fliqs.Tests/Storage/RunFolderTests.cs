using Fliqs.Storage;

namespace Fliqs.Tests.Storage;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_new_folder_is_made_with_its_parents_and_left_empty()
    {
        var folder = RunFolder.Create(root["a/b/c"]);
        Assert.True(Directory.Exists(folder.Root));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void An_empty_folder_is_taken_and_one_with_files_is_not()
    {
        Directory.CreateDirectory(root["run"]);
        RunFolder.Create(root["run"]);
        File.WriteAllText(Path.Combine(root["run"], "notes.txt"), "");

        var e = Assert.Throws<InputException>(() => RunFolder.Create(root["run"]));

        Assert.StartsWith($"{root["run"]}: is not empty", e.Message);
        Assert.Contains("--resume", e.Message);
    }

    [Fact]
    public void A_file_in_its_place_or_in_that_of_its_parent_is_refused_by_name()
    {
        File.WriteAllText(root["file"], "");
        Assert.Contains("is a file", Assert.Throws<InputException>(() => RunFolder.Create(root["file"])).Message);
        Assert.Contains("cannot be written", Assert.Throws<InputException>(() => RunFolder.Create(root["file/run"])).Message);
    }

    [Fact]
    public void Only_the_folder_of_a_run_is_opened()
    {
        Assert.Contains("no such run folder", Assert.Throws<InputException>(() => RunFolder.Open(root["run"])).Message);
        var folder = RunFolder.Create(root["run"]);
        Assert.Contains("no config.yaml", Assert.Throws<InputException>(() => RunFolder.Open(root["run"])).Message);
        File.WriteAllText(folder.Config, "");
        Assert.Equal(folder.Metrics, RunFolder.Open(root["run"]).Metrics);
    }

    [Fact]
    public void Of_the_runs_without_a_result_the_one_that_was_begun_last_is_the_newest_whatever_its_name()
    {
        Assert.Null(RunFolder.NewestUnfinished(root["none"]));
        foreach (var (name, age) in new[] { ("a", 1), ("first", 3), ("done", 0) })
        {
            var run = RunFolder.Create(root[$"runs/{name}"]);
            File.WriteAllText(run.Config, "");
            File.SetLastWriteTimeUtc(run.Config, DateTime.UtcNow.AddHours(-age));
        }

        File.WriteAllText(root["runs/done/result.json"], "{}");
        Directory.CreateDirectory(root["runs/zz-a-comparison"]);
        Assert.Equal(root["runs/a"], RunFolder.NewestUnfinished(root["runs"])!.Root);
    }

    [Fact]
    public void One_process_at_a_time_works_in_a_folder()
    {
        var folder = RunFolder.Create(root["runs/run"]);
        File.WriteAllText(folder.Config, "");
        using (folder.Hold())
        {
            Assert.Equal(
                $"{folder.Root}: another process is at work in this run; wait for it, or stop it",
                Assert.Throws<InputException>(() => folder.Hold()).Message);
            Assert.Null(RunFolder.NewestUnfinished(root["runs"]));
        }

        Assert.Equal(["config.yaml"], Directory.GetFiles(folder.Root).Select(Path.GetFileName));
        File.WriteAllText(Path.Combine(folder.Root, ".running"), "");    // left by a process that was killed
        Assert.Equal(folder.Root, RunFolder.NewestUnfinished(root["runs"])!.Root);
        folder.Hold().Dispose();
    }

    [Fact]
    public void The_files_of_a_run_are_its_own_however_they_are_written()
    {
        var folder = RunFolder.Create(root["run"]);
        Assert.True(folder.Owns(root["run/../run/model.safetensors"]));
        Assert.False(folder.Owns(root["run/model.onnx"]));
        Assert.False(folder.Owns(root["model.safetensors"]));
        Assert.False(RunFolder.IsAt(folder.Root));
        File.WriteAllText(folder.Config, "");    // of a comparison's settings, it may be
        Assert.False(RunFolder.IsAt(folder.Root));
        File.WriteAllText(folder.Metrics, "");
        Assert.True(RunFolder.IsAt(folder.Root));
    }

    [Theory]
    [InlineData("result.json"), InlineData("metrics.jsonl"), InlineData("model.safetensors")]
    public void A_folder_where_a_file_belongs_is_refused_before_the_run_needs_it(string name)
    {
        var folder = RunFolder.Create(root["run"]);
        File.WriteAllText(folder.Config, "");
        Directory.CreateDirectory(root[$"run/{name}"]);
        Assert.Equal(
            $"{root[$"run/{name}"]}: is a folder where a file belongs; move it away",
            Assert.Throws<InputException>(() => RunFolder.Open(root["run"])).Message);
    }

    [Fact]
    public void A_file_where_the_checkpoints_belong_is_refused()
    {
        var folder = RunFolder.Create(root["run"]);
        File.WriteAllText(folder.Config, "");
        File.WriteAllText(folder.Checkpoints, "");
        Assert.Equal(
            $"{folder.Checkpoints}: is a file where a folder belongs; move it away",
            Assert.Throws<InputException>(() => RunFolder.Open(root["run"])).Message);
    }

    [Fact]
    public void Files_have_the_names_that_scripts_rely_on()
    {
        var folder = RunFolder.Create(root["run"]);
        Assert.Equal(
            ["config.yaml", "result.json", "metrics.jsonl", "model.safetensors", "checkpoint"],
            new[] { folder.Config, folder.Result, folder.Metrics, folder.Model, folder.Checkpoints }.Select(f => Path.GetRelativePath(folder.Root, f)));
    }
}
