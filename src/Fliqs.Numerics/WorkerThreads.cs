using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// Divides loops among the threads that LibTorch computes on, those of the OpenMP runtime that it brings on Linux: as many as
/// <c>torch.set_num_threads</c> says. Threads of any other kind would compete with those, which go on spinning for a while after every
/// operation. Where that runtime is not in the process, loops stay on the calling thread.
/// </summary>
internal static unsafe class WorkerThreads
{
    private static readonly OpenMp? Runtime = OpenMp.Find();

    /// <summary>Runs iterations 0..<paramref name="count"/> - 1, each once, and returns when all are done.</summary>
    public static void For<TLoop>(TLoop loop, int count)
        where TLoop : struct, ILoop, allows ref struct
    {
        if (count < 2 || Runtime is null || Runtime.Threads() < 2)
        {
            loop.Run(0, count);
            return;
        }

        // The loop lies on this stack until all threads are done, and the runtime keeps what its references point to where it is tracked.
        var region = new Region(&Run<TLoop>, Unsafe.AsPointer(ref loop), count);
        Runtime.Parallel(&Enter, &region, 0, 0);
    }

    private static void Run<TLoop>(void* loop, int start, int end)
        where TLoop : struct, ILoop, allows ref struct => Unsafe.AsRef<TLoop>(loop).Run(start, end);

    [UnmanagedCallersOnly]
    private static void Enter(void* data)
    {
        var region = (Region*)data;
        var (thread, threads) = (Runtime!.Thread(), Runtime.Team());
        region->Run(region->Loop, (int)((long)region->Count * thread / threads), (int)((long)region->Count * (thread + 1) / threads));
    }

    /// <summary>The file of GNU's runtime among the mappings of a process, a line each with the path at its end.</summary>
    internal static string? PathIn(IEnumerable<string> mappings) => mappings.Where(l => l.Contains('/')).Select(l => l[l.IndexOf('/')..])
        .FirstOrDefault(p => Path.GetFileName(p).StartsWith("libgomp", StringComparison.Ordinal));

    private readonly struct Region(delegate*<void*, int, int, void> run, void* loop, int count)
    {
        public readonly delegate*<void*, int, int, void> Run = run;
        public readonly void* Loop = loop;
        public readonly int Count = count;
    }

    /// <summary>The entry points of GNU's runtime (libgomp's ABI, and the OpenMP API).</summary>
    private sealed class OpenMp(nint library)
    {
        public readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel =
            (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)NativeLibrary.GetExport(library, "GOMP_parallel");

        public readonly delegate* unmanaged<int> Threads = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "omp_get_max_threads");
        public readonly delegate* unmanaged<int> Team = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "omp_get_num_threads");
        public readonly delegate* unmanaged<int> Thread = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "omp_get_thread_num");

        /// <summary>The runtime that is in the process already; LibTorch's has a name of its own.</summary>
        public static OpenMp? Find()
        {
            if (!OperatingSystem.IsLinux())
                return null;
            return PathIn(File.ReadLines("/proc/self/maps")) is { } path && NativeLibrary.TryLoad(path, out var library) ? new OpenMp(library) : null;
        }
    }
}
