using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Tests.Numerics;

/// <summary>Loops that are divided among the threads of LibTorch.</summary>
public sealed class WorkerThreadsTests : IDisposable
{
    private readonly int threads = get_num_threads();

    public WorkerThreadsTests() => set_num_threads(4);

    public void Dispose() => set_num_threads(threads);

    [Fact]
    public void Every_iteration_runs_once()
    {
        ones(1).Dispose();      // loads the runtime that the threads are of
        foreach (var count in (int[])[0, 1, 2, 3, 7, 1000])
        {
            var calls = new int[count];
            var threads = new int[count];
            WorkerThreads.For(new Counting(calls, threads), count);
            Assert.All(calls, c => Assert.Equal(1, c));
            if (OperatingSystem.IsLinux())
                Assert.Equal(Math.Min(4, count), threads.Distinct().Count());
        }
    }

    [Fact]
    public void The_runtime_is_found_whatever_the_name_of_its_folder()
    {
        const string Other = "7f0000000000-7f0000100000 r-xp 00000000 08:01 1 ";
        string?[] found =
        [
            WorkerThreads.PathIn([Other + "   /usr/lib/libc.so.6", Other + "   /home/me/My Projects/app/libgomp-52f2fd74.so.1", Other + "   [heap]", Other]),
            WorkerThreads.PathIn([Other + "   /home/libgomp/libc.so.6", Other]),
        ];
        Assert.Equal(["/home/me/My Projects/app/libgomp-52f2fd74.so.1", null], found);
    }

    /// <summary>Arrays move in memory meanwhile: the other thread's references have to follow.</summary>
    [Fact]
    public void Memory_may_be_collected_on_the_way()
    {
        for (var round = 0; round < 50; round++)
        {
            var calls = new int[4000];
            WorkerThreads.For(new Counting(calls, new int[calls.Length], collects: true), calls.Length);
            Assert.All(calls, c => Assert.Equal(1, c));
        }
    }

    [Fact]
    public void Long_loops_give_what_short_ones_give()
    {
        var length = 20 * KernelDriver.PartLength + 13;
        var (source, whole, parts) = (FloatCases.Gaussian(length), new float[length], new float[length]);
        NumberFormat.Int4.Round(source, whole, 0.3f);
        for (var start = 0; start < length; start += 1000)
        {
            var part = Math.Min(1000, length - start);
            NumberFormat.Int4.Round(source.AsSpan(start, part), parts.AsSpan(start, part), 0.3f);
        }

        Assert.Equal(parts, whole);
        Assert.Equal(source.Max(Math.Abs), Reductions.MaxAbs(source));
    }

    [Fact]
    public void Sums_do_not_depend_on_the_number_of_threads()
    {
        const int channels = 24;
        var (x, shift) = (FloatCases.Gaussian(channels * 20_000), FloatCases.Gaussian(channels, 2));
        var moments = ((int[])[1, 2, 3]).Select(count =>
        {
            set_num_threads(count);
            var (mean, variance) = (new double[channels], new double[channels]);
            ChannelKernels.Moments(x, shift, mean, variance);
            return (double[])[.. mean, .. variance];
        }).ToList();
        Assert.Equal(moments[0], moments[1]);
        Assert.Equal(moments[0], moments[2]);
    }

    private readonly ref struct Counting(Span<int> calls, Span<int> threads, bool collects = false) : ILoop
    {
        private readonly Span<int> calls = calls;
        private readonly Span<int> threads = threads;
        private readonly bool collects = collects;

        public void Run(int start, int end)
        {
            for (; start < end; start++)
            {
                calls[start]++;
                threads[start] = Environment.CurrentManagedThreadId;
                if (collects && start % 1000 == 999)
                    GC.Collect(0, GCCollectionMode.Forced, blocking: true, compacting: true);
            }
        }
    }
}
