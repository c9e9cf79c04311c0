using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace Fliqs.Tests.Numerics;

/// <summary>Runs the tests of this namespace again in processes that have narrower vectors, or none.</summary>
public sealed partial class VectorWidthTests
{
    // Set in those processes, to the width in bits they are to have.
    private const string ExpectedWidth = "FLIQS_TEST_VECTOR_BITS";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Everything_holds_without(string instructions, int widest)
    {
        if (Environment.GetEnvironmentVariable(ExpectedWidth) is { } expected)
        {
            Assert.Equal(expected, Width.ToString(CultureInfo.InvariantCulture));
            return;
        }

        using var child = Start(instructions, Math.Min(widest, Width));
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, output);
        Assert.True(int.Parse(Total().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture) > 100, output);
    }

    private static int Width =>
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    private static Process Start(string instructions, int width)
    {
        var name = OperatingSystem.IsWindows() ? "Fliqs.Tests.exe" : "Fliqs.Tests";
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name))
        {
            ArgumentList = { "-namespace", typeof(VectorWidthTests).Namespace!, "-noColor" },
            RedirectStandardOutput = true,
        };
        start.Environment[instructions] = "0";
        start.Environment[ExpectedWidth] = width.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"Total: (\d+)")]
    private static partial Regex Total();
}
