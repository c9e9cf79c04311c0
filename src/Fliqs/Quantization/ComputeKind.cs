namespace Fliqs.Quantization;

/// <summary>In what the operations on rounded operands are computed while training. Evaluation is always in float32.</summary>
public enum ComputeKind
{
    /// <summary>bfloat16 where the processor multiplies it natively, else float32.</summary>
    Auto,

    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16 codes, accumulated in float32 and scaled afterwards; the operands are exact.</summary>
    Bf16,
}
