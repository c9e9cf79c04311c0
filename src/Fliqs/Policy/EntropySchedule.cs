namespace Fliqs.Policy;

/// <summary>How the weight of the entropy term grows while the policy learns.</summary>
public enum EntropySchedule
{
    /// <summary>(1 - cos(pi s)) / 2.</summary>
    Cosine,

    /// <summary>s.</summary>
    Linear,

    /// <summary>1 all the time.</summary>
    Constant,

    /// <summary>0 in the first half, then 1.</summary>
    Step,
}
