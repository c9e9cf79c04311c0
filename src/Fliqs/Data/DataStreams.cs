using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>The random streams of this folder, each named by all that it may depend on.</summary>
internal static class DataStreams
{
    // "data" in ASCII: keeps these streams apart from those that other folders open with the same seed.
    private const long Folder = 0x64617461;

    public static RandomStream Split(long seed, int label) => new(seed, Folder, 0, label);

    public static RandomStream Order(long seed, int epoch) => new(seed, Folder, 1, epoch);

    public static RandomStream Augmentation(long seed, int epoch, int position) => new(seed, Folder, 2, epoch, position);

    public static RandomStream Crop(long seed, int epoch, int position) => new(seed, Folder, 3, epoch, position);

    public static RandomStream Mixing(long seed, int epoch, int batch) => new(seed, Folder, 4, epoch, batch);
}
