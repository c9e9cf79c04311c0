namespace Fliqs.Models.Layers;

/// <summary>How a factor on channels becomes a whole number of channels.</summary>
internal static class ChannelCount
{
    private const int Divisor = 8;

    /// <summary>The nearest whole number, at least 1.</summary>
    public static int Rounded(double channels) => Math.Max(1, (int)Math.Round(channels));

    /// <summary>
    /// The nearest multiple of 8, at least 8, and the next one where that would take away more than a tenth: the rule that
    /// MobileNet and EfficientNet share (Sandler et al. 2018, Tan and Le 2019, as published with their code).
    /// </summary>
    public static int Divisible(double channels)
    {
        var nearest = Math.Max(Divisor, (int)(channels + (Divisor / 2.0)) / Divisor * Divisor);
        return nearest < 0.9 * channels ? nearest + Divisor : nearest;
    }
}
