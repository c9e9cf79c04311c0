namespace Fliqs.Models;

/// <summary>How a network for large images begins.</summary>
public enum Stem
{
    /// <summary>As published: the network divides the size of an image by 32.</summary>
    Standard,

    /// <summary>For images of some 28 to 64 pixels: the strides before the first two stages are 1, it divides the size by 8.</summary>
    Small,
}
