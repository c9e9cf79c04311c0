using Fliqs.Storage;

namespace Fliqs.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Makes_and_replaces_a_file_and_leaves_nothing_else()
    {
        AtomicFile.WriteText(folder["result.json"], "first, and longer");
        AtomicFile.WriteText(folder["result.json"], "zweite, später");

        Assert.Equal("zweite, später", File.ReadAllText(folder["result.json"]));
        Assert.NotEqual(0xEF, File.ReadAllBytes(folder["result.json"])[0]);
        Assert.Equal(["result.json"], folder.FileNames);
    }

    [Fact]
    public void The_target_does_not_change_before_all_is_written()
    {
        AtomicFile.WriteText(folder["a"], "old");
        AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a"]));
        });

        Assert.Equal(100_000, new FileInfo(folder["a"]).Length);
    }

    [Fact]
    public void A_writer_that_throws_midway_leaves_the_old_file_and_no_temporary_one()
    {
        AtomicFile.WriteText(folder["a"], "old");

        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("no space left");
        }));

        Assert.Equal("no space left", failure.Message);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Equal(["a"], folder.FileNames);
    }

    [Fact]
    public void A_writer_that_throws_leaves_no_file_where_there_was_none()
    {
        Assert.Throws<InvalidOperationException>(
            () => AtomicFile.Write(folder["a"], _ => throw new InvalidOperationException()));

        Assert.Empty(folder.FileNames);
    }

    [Fact]
    public void A_missing_folder_is_the_caller_s_to_hear_of() =>
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteText(folder["none/a"], "text"));

    [Fact]
    public void A_target_that_is_a_folder_stays_and_no_temporary_file_does()
    {
        Directory.CreateDirectory(folder["a"]);

        var failure = Record.Exception(() => AtomicFile.WriteText(folder["a"], "text"));

        Assert.True(failure is IOException or UnauthorizedAccessException, failure?.ToString());
        Assert.Equal(["a"], folder.FileNames);
        Assert.True(Directory.Exists(folder["a"]));
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_one_whole_file()
    {
        var texts = Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 50_000)).ToArray();

        await Task.WhenAll(texts.Select(text => Task.Run(() => AtomicFile.WriteText(folder["a"], text))));

        Assert.Contains(File.ReadAllText(folder["a"]), texts);
        Assert.Equal(["a"], folder.FileNames);
    }
}
