namespace Fliqs.Models.Mobile;

/// <summary>What a block is for the next step.</summary>
/// <param name="Kernel">Height and width of the depthwise kernel.</param>
/// <param name="Expansion">Channels inside over those of the input.</param>
/// <param name="Channels">Channels of the output.</param>
/// <param name="Skipped">Whether it hands on its input, whose shape it keeps then.</param>
internal readonly record struct BlockChoice(int Kernel, int Expansion, int Channels, bool Skipped = false);
