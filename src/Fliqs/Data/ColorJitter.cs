using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>
/// Changes brightness, contrast and saturation, each by a factor drawn from 1 - strength to 1 + strength, and turns the hue by up to a
/// share of the colour circle either way. The four come in random order.
/// </summary>
/// <param name="Strength">In (0, 1].</param>
/// <param name="Hue">In [0, 0.5].</param>
public sealed record ColorJitter(double Strength, double Hue = 0)
{
    /// <summary>Changes one image in place.</summary>
    internal void Apply(ImagePlanes image, RandomStream random)
    {
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        foreach (var operation in order)
        {
            var amount = 2 * random.NextDouble() - 1;
            var factor = (float)(1 + Strength * amount);
            switch (operation)
            {
                case 0:
                    ColorOperations.Brightness(image, factor);
                    break;
                case 1:
                    ColorOperations.Contrast(image, factor);
                    break;
                case 2:
                    ColorOperations.Saturation(image, factor);
                    break;
                case 3 when Hue > 0:
                    ColorOperations.Hue(image, (float)(Hue * amount));
                    break;
            }
        }
    }
}
