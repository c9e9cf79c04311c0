using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Fliqs.Tests.EndToEnd;

public sealed class OwnNetworkTests
{
    [Fact]
    public async Task The_sample_searches_within_the_budget_and_its_file_agrees()
    {
        using var cli = new Cli();
        var program = typeof(OwnNetwork.Program).Assembly.Location;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, cli["own.onnx"]]) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(["conv1", "conv2", "fc"], Regex.Matches(printed, @"(?m)^(\w+) +U?INT\d").Select(m => m.Groups[1].Value));
        Assert.InRange(Number(printed, "cost"), 90, 100);
        Assert.InRange(Number(printed, "test accuracy"), 90, 100);
        Assert.InRange(Number(printed, "agrees on"), 99, 100);
        Assert.True(new FileInfo(cli["own.onnx"]).Length > 1000);
    }

    private static double Number(string printed, string before) =>
        double.Parse(Regex.Match(printed, before + @" ([\d.]+) %").Groups[1].Value, CultureInfo.InvariantCulture);
}
