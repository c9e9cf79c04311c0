using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>What a file says of one tensor, before its data is read.</summary>
/// <param name="Name">The key, for instance <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">Where the data begins, in bytes from the end of the header.</param>
/// <param name="ByteCount">The length of the data in bytes.</param>
public sealed record TensorInfo(string Name, ScalarType Type, IReadOnlyList<long> Shape, long Begin, long ByteCount)
{
    /// <summary>The first byte after the data.</summary>
    public long End => Begin + ByteCount;
}
