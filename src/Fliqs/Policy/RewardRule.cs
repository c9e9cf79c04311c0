namespace Fliqs.Policy;

/// <summary>How quality and cost make one reward. See <see cref="Reward"/> for the formulas.</summary>
public enum RewardRule
{
    /// <summary>Off the target on either side is punished alike; the rule of TuNAS and FLIQS.</summary>
    Abs,

    /// <summary>Only what exceeds the target is punished.</summary>
    OneSided,

    /// <summary>Quality times a power of the relative cost (MnasNet's soft constraint).</summary>
    SoftExponential,

    /// <summary>The same, but only above the target (MnasNet's hard constraint).</summary>
    HardExponential,
}
