namespace Fliqs.Models.Layers;

/// <summary>What all convolutional networks are made by.</summary>
/// <param name="Classes">Length of the output.</param>
/// <param name="Channels">Channels of the input [N, C, H, W].</param>
/// <param name="Size">Height and width of the input.</param>
/// <param name="Width">Factor on all other channels.</param>
/// <param name="SmallStem">
/// Whether the network is for small images: the strides before the first two stages are 1, so that it divides their size by 8 in
/// place of 32.
/// </param>
internal sealed record NetworkShape(int Classes, int Channels, int Size, double Width, bool SmallStem);
