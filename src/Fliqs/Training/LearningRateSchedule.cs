namespace Fliqs.Training;

/// <summary>The learning rate over a run: a linear rise, then a fall.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>How it falls.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Cosine;

    /// <summary>The share of all steps that the rise takes, in [0, 1).</summary>
    public double WarmUpShare { get; init; } = 0.05;

    /// <summary>The epochs after which <see cref="DecayFactor"/> has been applied once more, positive; not for a cosine.</summary>
    public double DecayEpochs { get; init; } = 30;

    /// <summary>What the learning rate is multiplied by, in (0, 1]; not for a cosine.</summary>
    public double DecayFactor { get; init; } = 0.1;

    /// <summary>The factor on the peak learning rate at a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="total">All steps of the run.</param>
    /// <param name="epochs">All epochs of the run.</param>
    public double FactorAt(int step, int total, int epochs)
    {
        var rise = WarmUpShare == 0 ? 0 : Math.Max(1, WarmUpShare * total);
        var decays = step * (double)epochs / total / DecayEpochs;
        return (step < rise ? (step + 1) / (rise + 1) : 1) * Kind switch
        {
            ScheduleKind.Cosine => step < rise ? 1 : (1 + Math.Cos(Math.PI * (step - rise) / (total - rise))) / 2,
            // The end of an epoch counts although its number is a rounded quotient.
            ScheduleKind.Step => Math.Pow(DecayFactor, Math.Floor(decays + 1e-9)),
            ScheduleKind.Exponential => Math.Pow(DecayFactor, decays),
            _ => throw new InvalidOperationException($"{Kind}"),
        };
    }
}
