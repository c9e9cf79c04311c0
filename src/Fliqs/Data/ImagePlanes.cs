namespace Fliqs.Data;

/// <summary>The channels of one image, each a plane of rows, in [0, 1].</summary>
internal readonly ref struct ImagePlanes(Span<float> pixels, int channels, int height, int width)
{
    // Of red, green and blue in luma (ITU-R BT.601), as in the libraries whose recipes are followed.
    private const float Red = 0.299f;
    private const float Green = 0.587f;
    private const float Blue = 0.114f;

    /// <summary>All of them, one after another.</summary>
    public Span<float> Pixels { get; } = pixels;

    /// <summary>1 or more.</summary>
    public int Channels => channels;

    /// <summary>Rows.</summary>
    public int Height => height;

    /// <summary>Columns.</summary>
    public int Width => width;

    /// <summary>Whether they are red, green and blue.</summary>
    public bool IsColored => channels == 3;

    /// <summary>Takes the three channels of a coloured image apart.</summary>
    public void Deconstruct(out Span<float> red, out Span<float> green, out Span<float> blue)
    {
        red = this[0];
        green = this[1];
        blue = this[2];
    }

    /// <summary>One channel.</summary>
    public Span<float> this[int channel] => Pixels.Slice(channel * height * width, height * width);

    /// <summary>The brightness of a pixel: its luma, or its first channel where it has no colours.</summary>
    public float Luma(int index) => IsColored
        ? Red * Pixels[index] + Green * Pixels[index + height * width] + Blue * Pixels[index + 2 * height * width]
        : Pixels[index];
}
