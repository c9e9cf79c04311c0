using Fliqs.Benchmarks;
using Fliqs.Training;

NativeAllocator.KeepLargeBlocks();
if (args is ["loader", .. var options] && options.All(o => o == "--json"))
    return LoaderBenchmark.Run(json: options.Length > 0);
Console.Error.WriteLine("usage: Fliqs.Benchmarks loader [--json]");
return 2;
