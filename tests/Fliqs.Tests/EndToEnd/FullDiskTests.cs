namespace Fliqs.Tests.EndToEnd;

/// <summary>Runs on a disk that is too small, mounted for one process, and under a limit on the size of files.</summary>
public sealed class FullDiskTests
{
    private const string Train = $"train --epochs 2 {Cli.Tiny} --quiet";

    [Theory]
    [InlineData(4, 4, "config.yaml", "")]
    [InlineData(80, 0, "step-00000040.safetensors", "; once that is mended go on with: fliqs train --resume disk/run")]
    public async Task One_line_says_so_and_what_was_saved_can_be_gone_on_with(int kilobytes, int taken, string file, string advice)
    {
        using var cli = new Cli();
        Directory.CreateDirectory(cli["disk"]);
        var mount = await Mounting(cli);
        var script = $"mount -t tmpfs -o size={kilobytes}k none disk; head -c {taken}k /dev/zero > disk/taken; $FLIQS {Train} --out disk/run; code=$?; cp -r disk/run after; exit $code";
        var run = (await cli.Shell($"{mount} sh -c '{script}'")).Ended(1);

        Assert.Matches($@"^fliqs: No space left on device : '\S+/{file}\.\w+\.tmp'{advice}$", Assert.Single(run.ErrorLines));
        AssertWhole(cli["after"]);
        if (advice.Length == 0)
            return;
        (await cli.Run("train --resume after --quiet")).Ended(0);
        (await cli.Run($"{Train} --out whole")).Ended(0);
        Assert.Equal(await File.ReadAllBytesAsync(cli["whole/model.safetensors"]), await File.ReadAllBytesAsync(cli["after/model.safetensors"]));
    }

    [Fact]
    public async Task A_file_that_grows_beyond_a_limit_fails_as_a_full_disk_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the limit is one of POSIX");
        using var cli = new Cli();
        // The runtime maps its code from a large file of its own unless told otherwise.
        var run = (await cli.Shell($"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 40; exec $FLIQS {Train} --out run")).Ended(1);

        Assert.Matches(
            @"^fliqs: File too large .+ 'run/checkpoint/step-00000020\.safetensors'; once that is mended go on with: fliqs train --resume run$",
            Assert.Single(run.ErrorLines));
        AssertWhole(cli["run"]);
    }

    /// <summary>No half of a file is left, nor a result.</summary>
    private static void AssertWhole(string run)
    {
        Assert.Empty(Directory.GetFiles(run, "*.tmp", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(run, "result.json")));
        Assert.False(File.Exists(Path.Combine(run, "model.safetensors")));
    }

    /// <summary>The command that gives a process mounts of its own; the test is skipped where there is none.</summary>
    private static async Task<string> Mounting(Cli cli)
    {
        foreach (var command in new[] { "unshare -m", "unshare -rm" })
            if (OperatingSystem.IsLinux() && (await cli.Shell($"{command} mount -t tmpfs -o size=4k none disk")).ExitCode == 0)
                return command;
        Assert.Skip("a small disk cannot be mounted here");
        return "";
    }
}
