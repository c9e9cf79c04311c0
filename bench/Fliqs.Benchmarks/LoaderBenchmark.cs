using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Fliqs.Data;
using Fliqs.Training;
using SkiaSharp;

namespace Fliqs.Benchmarks;

/// <summary>
/// Images a second of the loader, with random crops to 224 pixels and flips, against decoding the same files as a whole on as many
/// threads and doing nothing with them. The rounds take turns, so that other work on the machine meets both alike.
/// </summary>
internal static class LoaderBenchmark
{
    private const int Images = 2000;
    private const int BatchSize = 128;
    private const int Rounds = 7;

    public static int Run(bool json)
    {
        NativeAllocator.KeepLargeBlocks();      // as the command line does
        var threads = Environment.ProcessorCount;
        using var folder = new JpegFolder(Images);
        var bytes = folder.Files.Average(file => (double)new FileInfo(file).Length);
        var (train, _) = DataSetCatalog.Load(new DataRequest("imagefolder", folder.Root) { Workers = threads });
        var loader = BatchLoader.Shuffled(train, BatchSize, seed: 1, Augmentation.Parse("crop+flip"));
        var (decoding, loading) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var (decoded, loaded) = (Rate(() => Decode(folder.Files, threads)), Rate(() => Load(loader, Math.Max(0, round))));
            if (round < 0)
                continue; // files come into the cache of the disk, code is compiled
            decoding.Add(decoded);
            loading.Add(loaded);
            Console.Error.WriteLine(Text($"round {round + 1}: decoding {decoded:0} images/s, loader {loaded:0} images/s, ratio {loaded / decoded:0.000}"));
        }
        var ratios = loading.Zip(decoding, (l, d) => l / d).Order().ToList();
        var result = new
        {
            images = Images,
            meanBytes = Math.Round(bytes),
            threads,
            decodedPerSecond = Math.Round(Statistics.Median(decoding)),
            loadedPerSecond = Math.Round(Statistics.Median(loading)),
            ratio = Math.Round(Statistics.Median(ratios), 3),
            ratioLeast = Math.Round(ratios[0], 3),
            ratioMost = Math.Round(ratios[^1], 3),
        };
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(result)
            : Text($"{Images} files of {bytes / 1000:0} kB, {threads} threads: decoding {result.decodedPerSecond}, loader {result.loadedPerSecond} images/s;")
                + Text($" ratio {result.ratio} (median of {Rounds}, {result.ratioLeast} to {result.ratioMost})"));
        return 0;
    }

    private static double Rate(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return Images / clock.Elapsed.TotalSeconds;
    }

    private static void Load(BatchLoader loader, int epoch)
    {
        foreach (var batch in loader.Epoch(epoch))
            batch.Dispose();
    }

    /// <summary>Every file as a whole, as fast as it goes: read, decoded to 32 bits a pixel, forgotten.</summary>
    private static void Decode(IReadOnlyList<string> files, int threads)
    {
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());

        void Work()
        {
            var pixels = GCHandle.Alloc(new byte[4 * 500 * 375], GCHandleType.Pinned);
            for (var i = Interlocked.Increment(ref next); i < files.Count; i = Interlocked.Increment(ref next))
            {
                using var data = SKData.CreateCopy(File.ReadAllBytes(files[i]));
                using var codec = SKCodec.Create(data);
                var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
                if (codec.GetPixels(info, pixels.AddrOfPinnedObject()) != SKCodecResult.Success)
                    throw new InvalidOperationException($"{files[i]} cannot be decoded");
            }
            pixels.Free();
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
