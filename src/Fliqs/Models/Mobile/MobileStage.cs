namespace Fliqs.Models.Mobile;

/// <summary>
/// Blocks of the same number of channels, and the options for what they are. The first option of every list is that of the network that
/// the space is built around.
/// </summary>
/// <param name="Channels">Channels of the output, before factors; they become multiples of 8.</param>
public sealed record MobileStage(int Channels)
{
    /// <summary>The number of blocks.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Stride of the first block.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Heights and widths of the depthwise kernel, odd; decided for every block.</summary>
    public IReadOnlyList<int> Kernel { get; init; } = [3];

    /// <summary>Channels inside a block over those of its input; decided for every block. A 1 stands alone: such blocks have a layer less.</summary>
    public IReadOnlyList<int> Expansion { get; init; } = [6];

    /// <summary>Factors on the channels; decided for the stage, so that inputs can be added to outputs. Equal multiples of 8 count once.</summary>
    public IReadOnlyList<double> Filters { get; init; } = [1];

    /// <summary>Whether all blocks but the first, which keep the shape of their input, can be left out.</summary>
    public bool Skip { get; init; }
}
