using System.Diagnostics;
using Fliqs.Storage;

namespace Fliqs.Tests.Storage;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/a-b_1.0x,c:d=e@f+g", "runs/a-b_1.0x,c:d=e@f+g")]
    [InlineData("my run", "'my run'")]
    [InlineData("O'Brien", @"'O'\''Brien'")]
    [InlineData("$HOME`*", "'$HOME`*'")]
    [InlineData("", "''")]
    public void A_word_is_quoted_where_a_shell_would_read_something_else(string word, string quoted)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "its shells quote otherwise");
        Assert.Equal(quoted, ShellWord.Quote(word));
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf %s {quoted}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(word, shell.StandardOutput.ReadToEnd());
    }
}
