using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Supernets;
using static TorchSharp.torch;

namespace Fliqs.Tests.Supernets;

/// <summary>Spaces of architectures for tests.</summary>
internal static class TestSpaces
{
    public const int Size = 12;

    /// <summary>Everything that can be decided, in three stages.</summary>
    public static MobileSpace Small(MobileBlockKind block = MobileBlockKind.Mobilenet) => new()
    {
        Block = block,
        Stem = 8,
        Head = 16,
        Stride = 1,
        Stages =
        [
            new(8) { Expansion = [1], Kernel = [3, 5] },
            new(16) { Blocks = 2, Stride = 2, Kernel = [3, 5, 7], Expansion = [2, 3], Filters = [1, 0.5, 1.5], Skip = true },
            new(16) { Blocks = 3, Kernel = [5, 3], Expansion = [3, 2], Filters = [1, 2], Skip = true },
        ],
    };

    /// <summary>Few enough choices to try them all.</summary>
    public static MobileSpace Tiny(MobileBlockKind block = MobileBlockKind.Mobilenet) => new()
    {
        Block = block,
        Stem = 8,
        Head = 8,
        Stages = [new(8) { Expansion = [1], Filters = [1, 2] }, new(8) { Blocks = 2, Kernel = [3, 5], Expansion = [2], Filters = [2, 1], Skip = true }],
    };

    public static Supernet Create(MobileSpace space, long seed = 1)
    {
        random.manual_seed(seed);
        return new Supernet(space, channels: 1, classes: 4, Size);
    }

    public static Assignment Draw(SearchSpace space, RandomStream random) => new([.. space.Decisions.Select(d => random.NextInt(d.Options.Count))]);
}
