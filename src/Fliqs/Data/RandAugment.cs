using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>
/// Some operations drawn from a list of fourteen, all at one magnitude (Cubuk et al., NeurIPS 2020). List and ranges are those of
/// torchvision, where 30 is the full magnitude; timm counts to 10, so that its <c>m9</c> is 27 here.
/// </summary>
/// <param name="Operations">How many, at least 1.</param>
/// <param name="Magnitude">In (0, 30].</param>
public sealed record RandAugment(int Operations, double Magnitude)
{
    /// <summary>The magnitude at which operations reach the ends of their ranges.</summary>
    public const double MostMagnitude = 30;

    internal const int OperationCount = 14;
    private const float MostShear = 0.3f;
    private const float MostShift = 150 / 331f;
    private const float MostDegrees = 30;
    private const float MostFactor = 0.9f;
    private const int MostBits = 4;

    /// <summary>Changes one image in place.</summary>
    internal void Apply(ImagePlanes image, RandomStream random)
    {
        for (var i = 0; i < Operations; i++)
            Apply(image, random.NextInt(OperationCount), (float)(Magnitude / MostMagnitude), random.NextInt(2) == 1 ? -1 : 1);
    }

    /// <summary>Applies one operation.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="operation">Which.</param>
    /// <param name="strength">Share of the full magnitude.</param>
    /// <param name="sign">Direction, for those that have one.</param>
    internal static void Apply(ImagePlanes image, int operation, float strength, int sign)
    {
        var factor = 1 + sign * strength * MostFactor;
        switch (operation)
        {
            case 0:
                break;
            case 1:
                ShapeOperations.ShearAcross(image, sign * strength * MostShear);
                break;
            case 2:
                ShapeOperations.ShearDown(image, sign * strength * MostShear);
                break;
            case 3:
                ShapeOperations.Translate(image, sign * strength * MostShift * image.Width, 0);
                break;
            case 4:
                ShapeOperations.Translate(image, 0, sign * strength * MostShift * image.Height);
                break;
            case 5:
                ShapeOperations.Rotate(image, sign * strength * MostDegrees);
                break;
            case 6:
                ColorOperations.Brightness(image, factor);
                break;
            case 7:
                ColorOperations.Saturation(image, factor);
                break;
            case 8:
                ColorOperations.Contrast(image, factor);
                break;
            case 9:
                ShapeOperations.Sharpness(image, factor);
                break;
            case 10:
                ColorOperations.Posterize(image, 8 - (int)MathF.Round(strength * MostBits));
                break;
            case 11:
                ColorOperations.Solarize(image, 1 - strength);
                break;
            case 12:
                ColorOperations.AutoContrast(image);
                break;
            case 13:
                ColorOperations.Equalize(image);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation));
        }
    }
}
