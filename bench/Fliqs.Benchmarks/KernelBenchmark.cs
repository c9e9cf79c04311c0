using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fliqs.Numerics;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Benchmarks;

/// <summary>
/// Rounding of a float32 tensor of 12.8 MB: its rate over that of a memory copy of the same tensor, with the scale given and with the scale
/// found in the same call, to float32 and to bfloat16 codes; and over the rates of ATen's own fake quantization and of four tensor
/// operations. All take turns.
/// </summary>
internal static class KernelBenchmark
{
    private const int Rounds = 15;
    private const int Channels = 64;
    private static readonly string[] Formats = ["INT2", "INT4", "INT8", "E2M1", "E4M3", "E5M2", "MXFP4", "MXFP6_E2M3", "MXFP6_E3M2", "MXFP8_E4M3", "MXFP8_E5M2", "MXINT8", "NVFP4"];

    public static int Run(bool json)
    {
        var script = jit.compile("""
            def fake(x, scale: float, low: int, high: int):
                return torch.fake_quantize_per_tensor_affine(x, scale, 0, low, high)

            """);
        new QuantizedLinear(1, 1).Dispose();
        using var x = TensorMemory.ChannelsLast(randn(16, Channels, 56, 56));
        using var target = empty_like(x);
        using var codes = empty_like(x, dtype: ScalarType.BFloat16);
        var rows = new List<object>();
        foreach (var name in Formats)
        {
            var format = NumberFormat.Parse(name);
            var scale = Scales.Find(x, format, ScaleRule.LeastSquares, 1);
            var largest = (long)Math.Min(127, format.MaxValue);
            var times = Enumerable.Range(0, Rounds).Select(_ => new
            {
                Copy = Time(() => target.copy_(x)),
                Given = Time(() => format.Round(TensorMemory.Floats(x), TensorMemory.Floats(target), scale[0])),
                Codes = Time(() => RoundToCodes(x, codes, format, scale[0])),
                Found = Time(() => format.Round(TensorMemory.Floats(x), TensorMemory.Floats(target), Scales.Find(x, format, ScaleRule.MaxAbs, 1)[0])),
                LeastSquares = Time(() => format.Round(TensorMemory.Floats(x), TensorMemory.Floats(target), Scales.Find(x, format, ScaleRule.LeastSquares, 1)[0])),
                Aten = Time(() => ((Tensor)script.invoke("fake", x, (double)scale[0], -largest, largest)).Dispose()),
                Composite = Time(() => Composite(x, scale[0], largest)),
            }).Skip(3).ToList();
            var figures = new Dictionary<string, Spread>
            {
                ["overCopy"] = Spread.Of(times, t => t.Copy / t.Given),
                ["codesOverCopy"] = Spread.Of(times, t => t.Copy / t.Codes),
                ["foundOverCopy"] = Spread.Of(times, t => t.Copy / t.Found),
                ["leastSquaresOverCopy"] = Spread.Of(times, t => t.Copy / t.LeastSquares),
                ["overAten"] = Spread.Of(times, t => t.Aten / t.Given),
                ["overComposite"] = Spread.Of(times, t => t.Composite / t.Given),
            };
            rows.Add(new { format = name, copyMilliseconds = Spread.Of(times, t => t.Copy), figures });
            Console.Error.WriteLine($"{name}: {string.Join(", ", figures.Select(f => $"{f.Key} {f.Value}"))}");
        }

        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { machine = Machine.Current, rows }));
        return 0;
    }

    private static void Composite(Tensor x, float scale, long largest)
    {
        using var scope = NewDisposeScope();
        _ = (x / scale).round().clamp(-largest, largest) * scale;
    }

    /// <summary>Milliseconds of one call, the mean of some.</summary>
    private static double Time(Action action)
    {
        const int calls = 8;
        action();
        var clock = Stopwatch.StartNew();
        for (var call = 0; call < calls; call++)
            action();
        return clock.Elapsed.TotalMilliseconds / calls;
    }

    private static void RoundToCodes(Tensor x, Tensor codes, NumberFormat format, float scale)
    {
        using var view = codes.permute(0, 2, 3, 1);
        format.RoundToCodes(TensorMemory.Floats(x), MemoryMarshal.Cast<byte, ushort>(view.bytes), scale);
    }
}
