using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fliqs.Benchmarks;

/// <summary>What a benchmark ran on, and when.</summary>
internal sealed record Machine(string Processor, int Cores, int VectorBits, bool MultipliesBFloat16, string System, string Runtime, string Date)
{
    public static Machine Current => new(
        Model(), Environment.ProcessorCount, Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        Quantization.Processor.MultipliesBFloat16, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription,
        DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static string Model()
    {
        const string file = "/proc/cpuinfo";
        var lines = File.Exists(file) ? File.ReadLines(file).TakeWhile(l => l.Length > 0) : [];
        var keys = lines.Select(l => l.Split(':', 2)).ToDictionary(p => p[0].Trim(), p => p[^1].Trim());
        return keys.TryGetValue("model name", out var name)
            ? $"{name}, family {keys["cpu family"]}, model {keys["model"]}"
            : RuntimeInformation.ProcessArchitecture.ToString();
    }
}
