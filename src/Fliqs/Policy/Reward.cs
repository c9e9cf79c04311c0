namespace Fliqs.Policy;

/// <summary>The four rewards. Q is the quality, r = C / C0 the sampled cost over the target, beta > 0 the weight of the cost.</summary>
public static class Reward
{
    /// <summary>The reward of a sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An exponential rule with a negative quality.</exception>
    public static double Of(RewardRule rule, double quality, double relativeCost, double beta) => rule switch
    {
        RewardRule.Abs => Abs(quality, relativeCost, beta),
        RewardRule.OneSided => OneSided(quality, relativeCost, beta),
        RewardRule.SoftExponential => SoftExponential(quality, relativeCost, beta),
        RewardRule.HardExponential => HardExponential(quality, relativeCost, beta),
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };

    /// <summary>R = Q - beta |r - 1|.</summary>
    public static double Abs(double quality, double relativeCost, double beta) => quality - (beta * Math.Abs(relativeCost - 1));

    /// <summary>R = Q - beta max(0, r - 1).</summary>
    public static double OneSided(double quality, double relativeCost, double beta) => quality - (beta * Math.Max(0, relativeCost - 1));

    /// <summary>R = Q r^-beta.</summary>
    public static double SoftExponential(double quality, double relativeCost, double beta) =>
        Positive(quality) * Math.Pow(relativeCost, -beta);

    /// <summary>R = Q max(1, r)^-beta.</summary>
    public static double HardExponential(double quality, double relativeCost, double beta) =>
        Positive(quality) * Math.Pow(Math.Max(1, relativeCost), -beta);

    private static double Positive(double quality) => quality >= 0
        ? quality
        : throw new ArgumentOutOfRangeException(nameof(quality), quality, "an exponential reward needs a quality that is not negative: use an accuracy");
}
