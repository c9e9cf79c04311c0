using Fliqs.Data;

namespace Fliqs.Tests.Data;

/// <summary>An image that a lambda can be given; the one of the library lives on the stack only.</summary>
internal sealed record ImagePlanesHolder(float[] Pixels, int Height, int Width)
{
    public static implicit operator ImagePlanes(ImagePlanesHolder image) =>
        new(image.Pixels, image.Pixels.Length / image.Height / image.Width, image.Height, image.Width);
}
