namespace Fliqs.Search;

/// <summary>Divides the steps of a run into its phases.</summary>
public sealed class PhaseSchedule
{
    private const int LeastCollections = 20;
    private const int LongestInterval = 10;
    private readonly int warmUp;
    private readonly int final;
    private readonly bool collects;

    /// <summary>The phases of <paramref name="total"/> steps; of two and more the last is not one of the warm-up, so that what that has found is used.</summary>
    public PhaseSchedule(OneShotOptions options, int total)
    {
        warmUp = (int)Math.Round(options.WarmUpShare * total);
        if (options.WarmUpShare > 0)
            warmUp = Math.Clamp(warmUp, 1, Math.Max(1, total - 1));
        final = Math.Max(warmUp, total - (int)Math.Round(options.FinalShare * total));
        collects = options.Prior != PriorKind.None;
    }

    /// <summary>The phase of a step.</summary>
    public Phase At(int step) => step < warmUp ? Phase.WarmUp : step < final ? Phase.Explore : Phase.Final;

    /// <summary>The share of the exploration that is over after a step, in (0, 1].</summary>
    public double ExploreProgress(int step) => (step - warmUp + 1) / (double)(final - warmUp);

    /// <summary>Whether a step tries any architecture: in the warm-up; with a prior in its first half, since gradients are collected in the second.</summary>
    public bool TriesArchitectures(int step) => step < (collects ? warmUp / 2 : warmUp);

    /// <summary>
    /// Whether the gradients of a step are shown to the critic: every tenth step of the second half of the warm-up, more
    /// often where that would be fewer than twenty.
    /// </summary>
    public bool Collects(int step)
    {
        var start = warmUp / 2;
        var interval = Math.Clamp((warmUp - start) / LeastCollections, 1, LongestInterval);
        return collects && step >= start && step < warmUp && (warmUp - 1 - step) % interval == 0;
    }
}
