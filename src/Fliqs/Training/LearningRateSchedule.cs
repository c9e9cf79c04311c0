namespace Fliqs.Training;

/// <summary>The learning rate over a run: a linear rise, then half a cosine down to 0.</summary>
public static class LearningRateSchedule
{
    private const double WarmUp = 0.05;

    /// <summary>The factor on the peak learning rate at a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="total">All steps of the run.</param>
    public static double FactorAt(int step, int total)
    {
        var rise = Math.Max(1, WarmUp * total);
        return step < rise ? (step + 1) / (rise + 1) : (1 + Math.Cos(Math.PI * (step - rise) / (total - rise))) / 2;
    }
}
