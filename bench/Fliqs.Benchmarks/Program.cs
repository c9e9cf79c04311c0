using System.Text.Json;
using Fliqs.Benchmarks;

if (args is ["leg", var leg])
{
    Console.WriteLine(JsonSerializer.Serialize(JsonSerializer.Deserialize<StepLeg>(leg)!.Run()));
    return 0;
}

Dictionary<string, Func<bool, int>> benchmarks = new()
{
    ["loader"] = LoaderBenchmark.Run,
    ["kernels"] = KernelBenchmark.Run,
    ["step"] = StepBenchmark.Step,
    ["memory"] = StepBenchmark.Step,
    ["uniform"] = StepBenchmark.Uniform,
    ["space"] = StepBenchmark.Space,
    ["nas"] = StepBenchmark.Architectures,
    ["zoo"] = StepBenchmark.ZooAtFullSize,
};
if (args is [var name, .. var options] && benchmarks.TryGetValue(name, out var run) && options.All(o => o == "--json"))
    return run(options.Length > 0);
Console.Error.WriteLine($"usage: Fliqs.Benchmarks {string.Join('|', benchmarks.Keys)} [--json]");
return 2;
