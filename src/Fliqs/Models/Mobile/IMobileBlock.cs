using Fliqs.Models.Layers;

namespace Fliqs.Models.Mobile;

/// <summary>A block that can use a part of its weights.</summary>
internal interface IMobileBlock
{
    /// <summary>Whether the block hands on its input.</summary>
    bool IsSkipped { get; }

    /// <summary>The norm behind all else, before the input is added.</summary>
    FusedBatchNorm2d LastNorm { get; }

    /// <summary>Makes the block what a choice says, for inputs of a number of channels.</summary>
    void Use(int inputs, BlockChoice choice);
}
