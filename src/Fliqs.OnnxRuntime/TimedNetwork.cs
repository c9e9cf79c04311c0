using System.Diagnostics;
using Fliqs.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Fliqs.OnnxRuntime;

/// <summary>
/// A network whose runs are timed in passes. The least of their medians counts, as others on the machine are slow for seconds at a time: let something
/// else be measured between two passes.
/// </summary>
/// <param name="write">Gives the ONNX file; called for every pass.</param>
/// <param name="shape">Of the input, [1, ...].</param>
internal sealed class TimedNetwork(Func<byte[]> write, long[] shape)
{
    /// <summary>How often everything is measured.</summary>
    public const int Passes = 3;

    private const int WarmUps = 3;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(20);
    private readonly List<double> runs = [];

    /// <summary>What a run takes; infinite before the first pass.</summary>
    public double Milliseconds { get; private set; } = double.PositiveInfinity;

    /// <summary>The distance of the quartiles of all runs over their median.</summary>
    public double Spread => (Quantile(runs, 0.75) - Quantile(runs, 0.25)) / Quantile(runs, 0.5);

    /// <summary>One pass: a third of the repeats, and more where these are over at once.</summary>
    public void Measure(int threads, int repeats)
    {
        using var session = new OnnxSession(write(), threads);
        using var input = OrtValue.CreateTensorValueFromMemory(Image(), shape);
        for (var i = 0; i < WarmUps; i++)
            session.Run(input).Dispose();
        var pass = new List<double>();
        var clock = Stopwatch.StartNew();
        while (pass.Count < Math.Max(1, repeats / Passes) || clock.Elapsed < LeastTime)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(input).Dispose();
            pass.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Milliseconds = Math.Min(Milliseconds, Quantile(pass, 0.5));
        runs.AddRange(pass);
    }

    /// <summary>Drawn from [0, 1).</summary>
    private float[] Image()
    {
        var random = new RandomStream(1);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref var value in values.AsSpan())
            value = (float)random.NextDouble();
        return values;
    }

    private static double Quantile(IEnumerable<double> times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted[(int)(sorted.Length * share)];
    }
}
