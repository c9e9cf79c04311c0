namespace Fliqs.Search;

/// <summary>Divides the steps of a run into its phases.</summary>
public sealed class PhaseSchedule
{
    private const int LeastCollections = 20;
    private const int LongestInterval = 10;
    private readonly int warmUp;
    private readonly int final;
    private readonly bool collects;

    /// <summary>The phases of <paramref name="total"/> steps.</summary>
    public PhaseSchedule(OneShotOptions options, int total)
    {
        warmUp = WarmUpSteps(options.WarmUpShare, total);
        final = Math.Max(warmUp, total - (int)Math.Round(options.FinalShare * total));
        collects = options.Prior != PriorKind.None;
    }

    /// <summary>The steps of a warm-up: none for a share of 0, else at least one, and never all of two or more, so that what it has found is used.</summary>
    internal static int WarmUpSteps(double share, int total) => share == 0 ? 0 : Math.Clamp((int)Math.Round(share * total), 1, Math.Max(1, total - 1));

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
